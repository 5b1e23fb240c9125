"""户籍册 on the screen: the list, the household's page, its forms, the import of a workbook, the letters of numbers."""
