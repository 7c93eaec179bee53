"""Printed pages to GB/T 9704-2012: fonts, paper, the documents and what turns them into PDF."""
