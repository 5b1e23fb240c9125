"""一牌一册: the plaque on the wall and the handbook in the drawer.

The handbook (手册) is filled from the register and the visits; what is not known is left to be written in, and each
page can be printed again on its own. The plaque (公示牌) has two faces: one to hang indoors for the household, one for
the village's notice board, which shows only what is whitelisted.
"""
