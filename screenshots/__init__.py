"""Pictures of the real console on the demo's data, made by `python -m screenshots`.

`scenes` says what to show and `walking` how to get there, `studio` runs the app, `picture` reads what it drew,
and `render` writes that down as SVG and PNG.
"""
