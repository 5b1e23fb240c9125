"""Workbooks in and out: calamine reads, XlsxWriter writes new ones, openpyxl marks existing ones."""
