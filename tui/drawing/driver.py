"""The terminal as Textual drives it, given back with nothing on it of what the console has shown."""

from textual.drivers.linux_driver import LinuxDriver


class ErasingDriver(LinuxDriver):
    """Erases what it has drawn before it leaves the screen."""

    def stop_application_mode(self) -> None:
        """Erase every line, then give the terminal back as it was.

        Not every terminal has a second screen to leave: GNU screen, by default, would keep a secret that stands
        here. It goes line by line, because what is erased at once goes to the history there.
        """
        _, height = self._get_terminal_size()
        self.write("\x1b[0m" + "".join(f"\x1b[{line}H\x1b[2K" for line in range(height, 0, -1)))
        super().stop_application_mode()
