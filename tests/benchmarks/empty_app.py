"""The smallest Textual app there is: what every console has to pay before it shows anything of its own."""

from textual.app import App

if __name__ == "__main__":
    App[None]().run()
