"""Printed pages as files that an office edits: Word and Excel, made from the page that the PDF is made of."""
