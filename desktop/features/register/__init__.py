"""户籍册: who lives in which household, in which village and group, and what the national list says of them.

A household (户) has a number of the office (户编号, after Liuyang: y or w and a body that never changes), a place
in its group (组), and members (人). Workbooks of the national system are read into it; nothing typed here is
erased by an empty cell there.
"""
