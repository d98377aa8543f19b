"""`python -m tests.support.audit`: known vulnerabilities of the installed packages, if pip-audit can check them."""

import json
import subprocess
import sys
from typing import Any

_UNREACHED = "pip-audit: the advisory service cannot be reached, so no package was checked."


def main() -> int:
    """Print each known vulnerability and return 1 if there are any; print one line if nothing could be checked."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    checked = [package for package in packages if "skip_reason" not in package]
    if not checked:
        print(_UNREACHED)
        return 0
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}" for package in checked for hole in package["vulns"]
    ]
    print("\n".join(holes) or f"pip-audit: no known hole in {len(checked)} packages.")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
