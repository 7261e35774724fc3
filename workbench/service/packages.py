"""What packages use of what is limited."""

from workbench import checks

__all__ = ["needs_of"]


def needs_of(packages, limits):
    """Return what each package uses of each limit, and how much there is of it; refuse what nobody could have.

    Parameters
    ----------
    packages : DataFrame, one row per package
    limits : dict of str to float
        By column of `packages`.

    Returns
    -------
    needs : ndarray, shape (P, m)
    most : ndarray, shape (m,)

    Raises
    ------
    ValueError
        If a package needs more than there is, or every package uses something.
    """
    checks.names_once(packages, "packages")
    checks.needed_columns(packages.columns, limits, "packages")
    needs = checks.finite_table(packages[[*limits]], "packages")
    most = checks.not_negative(dict(limits), [*limits], "limits")
    for name, row in zip(packages.index, needs, strict=True):
        for limit, need, there in zip(limits, row, most, strict=True):
            checks.number(f"{limit} of package {checks.shown(name)}", need, least=0)
            if need > there:
                raise ValueError(
                    f"Package {checks.shown(name)} needs {need:g} {limit}, and there are {there:g}: nobody can "
                    "have it. Leave it out, or raise the limit."
                )
    if not (needs == 0).all(axis=1).any():
        raise ValueError(
            "Every package uses something; add one that uses nothing, for the customers without any."
        )
    return needs, most
