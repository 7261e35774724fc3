"""Write january.csv and february.csv, the payments of an invented shop, into the folder where this is typed.

Nobody's data: 300 customers of three habits, drawn by the standard library from a fixed seed. As in many an export,
semicolons separate the cells, a comma is the decimal mark, and the last row is a total.
"""

import random
from datetime import date, timedelta

HABITS = {
    "weekly": (7, 18.0),
    "now and then": (45, 40.0),
    "once or twice": (300, 25.0),
}  # days between, euros
FIRST, JANUARY, FEBRUARY = date(2024, 1, 1), date(2025, 1, 31), date(2025, 2, 28)


def payments(draw):
    """Each payment as a day, a customer and cents."""
    for number in range(300):
        between, amount = HABITS[draw.choice([*HABITS])]
        day = FIRST + timedelta(draw.randrange(300))
        stays = draw.random() < 0.7
        while day <= FEBRUARY and (stays or day < date(2024, 10, 1)):
            yield day, f"K{number * 7 % 1000 + 4000}", round(100 * draw.lognormvariate(0, 0.4) * amount)
            day += timedelta(1 + int(draw.expovariate(1 / between)))


def write(name, rows):
    """Write a file as a shop's software would."""
    cells = [f"{who};{day:%d.%m.%Y};{f'{cents / 100:.2f}'.replace('.', ',')}" for day, who, cents in rows]
    total = f"Total;;{f'{sum(cents for _, _, cents in rows) / 100:.2f}'.replace('.', ',')}"
    with open(name, "w", encoding="utf-8", newline="\r\n") as file:
        file.write("\n".join(["Customer;Day;Paid", *cells, total]) + "\n")
    print(f"{name}: {len(rows):,} payments")


everything = sorted(payments(random.Random(7)))
write("january.csv", [row for row in everything if row[0] <= JANUARY])
write("february.csv", everything)
