"""U盘交换 on the screen: what is plugged in, writing, reading, enrolment, and what exists only here."""
