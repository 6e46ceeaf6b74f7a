"""Every threshold by which something is claimed, in one place, each with its reason."""

ONE_SIDED = 0.025
"""A gain is claimed below this one-sided p-value: the upper half of a two-sided 5 %."""

SIGNIFICANT = 0.05
"""A corrected two-sided p-value below this is a finding."""

MATTERS = 0.01
"""A gain below 1 % of the best simple forecast's loss is too small to act on, however certain."""

MATTERS_POINTS = 0.005
"""A gain in direction below half a point is too small to act on."""

COVERS = 0.9
"""A baseline counts where it forecasts at least this share of what the model forecasts; else it needs more history."""

TOLERANCE = 0.04
"""Coverage within four points of the nominal share is what an interval promises."""

WIDEST = 0.08
"""Half the width of coverage's interval, above which it is too uncertain for a yes: about 100 independent cases."""

INTERVAL = 0.8
"""The interval whose coverage is claimed: the one nearest to 80 %."""

POWER = 0.8
"""A detectable effect is one that is found in this share of cases."""

TOLD = 0.001
"""P-values below this are not told apart: a difference between them says nothing."""

DETECTS = 0.05
"""A test is called able to find skill where a gain of 5 % would be found in 80 % of cases."""
