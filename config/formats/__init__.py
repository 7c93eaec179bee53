"""How dates are written and read in each language of the product.

Running text and the heads of pages have DATE_FORMAT, in words; tables and lists SHORT_DATE_FORMAT, in digits.
"""
