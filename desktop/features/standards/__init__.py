"""代码与标准: what a county or city lays down for everybody below it, and what travels down in the bundles: changes of
the code lists, the lines and numbers of each year, and the working days that the published calendar does not know."""
