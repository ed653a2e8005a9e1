"""The crowd: visitors and agents made by this machine, who do what people do, and are watched.

`plan` says who says what when; `page` is one person's loaded page; `people` are all of a process;
`generator` is such a process; `checker` knows every message and judges what became of it.
"""
