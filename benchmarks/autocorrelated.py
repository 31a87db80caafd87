"""Mann and Kendall's test as it is commonly mended for values that hang together: none of it is enough for shares of the same records."""

from math import erfc, sqrt

import numpy as np

from xrm_lake.hygiene.trend.slope import mann_kendall, theil_sen


def hamed_rao(values: np.ndarray) -> float:
    """p with the variance corrected by the significant autocorrelations of the ranks of the detrended values (Hamed & Rao 1998)."""
    n = len(values)
    ranks = np.argsort(np.argsort(_detrended(values))).astype(float)
    rho = _autocorrelation(ranks)
    lags = np.arange(1, n)
    counted = np.where(np.abs(rho) > 1.96 / sqrt(n), rho, 0.0)
    more = 1 + 2 / (n * (n - 1) * (n - 2)) * float(((n - lags) * (n - lags - 1) * (n - lags - 2) * counted).sum())
    return _corrected(values, more)


def yue_wang(values: np.ndarray) -> float:
    """p with the variance corrected by all autocorrelations of the detrended values (Yue & Wang 2004)."""
    n = len(values)
    lags = np.arange(1, n)
    return _corrected(values, 1 + 2 * float(((1 - lags / n) * _autocorrelation(_detrended(values))).sum()))


def pre_whitened(values: np.ndarray) -> float:
    """p of the values without their first autocorrelation, the trend taken out before and put back after (Yue et al. 2002)."""
    flat = _detrended(values)
    rho = _autocorrelation(flat)[0]
    white = flat[1:] - rho * flat[:-1]
    return mann_kendall(white + (values - flat)[1:])


def _detrended(values: np.ndarray) -> np.ndarray:
    week = np.arange(len(values))
    day = np.datetime64("2026-01-05", "D") + 7 * week
    return values - theil_sen(day, values) * week


def _autocorrelation(values: np.ndarray) -> np.ndarray:
    away = values - values.mean()
    return np.array([float((away[lag:] * away[:-lag]).sum()) for lag in range(1, len(values))]) / float((away**2).sum())


def _corrected(values: np.ndarray, more: float) -> float:
    """The p of Mann and Kendall's test were its variance so many times greater."""
    n = len(values)
    total = float(np.triu(np.sign(values[np.newaxis, :] - values[:, np.newaxis]), 1).sum())
    variance = n * (n - 1) * (2 * n + 5) / 18 * max(more, 1e-9)
    return erfc(max(abs(total) - 1, 0) / sqrt(variance) / sqrt(2))
