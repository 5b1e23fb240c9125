"""The screens of visits: the list, the form for an evening's sheets, who still waits, the tab of a household."""
