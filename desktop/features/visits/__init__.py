"""走访: who was at a household, when, what was found and promised. A correction replaces; the first stays visible."""
