//! Elementary functions that are bit-identical on every instruction set: additions, multiplications, fused
//! multiply-adds, divisions and selections in a fixed order.
//!
//! They are written for one number and without branches, so that the compiler turns a loop over them into vector
//! instructions. All of them propagate NaN. Errors are stated in ulp (units in the last place) of the exact result,
//! and tested over the whole range.

use super::float::Float;

/// e^x, within 1.1 ulp; ∞ and 0 beyond the range.
#[inline(always)]
pub fn exp<T: Float>(x: T) -> T {
    let x = if x > T::EXP_MOST { T::EXP_MOST } else { x };
    let x = if x < T::EXP_LEAST { T::EXP_LEAST } else { x };
    let (n, e_to_r_less_1) = exp_parts(x);
    // In two steps, because 2^n may exceed the range of normal numbers.
    let half = round(n * T::of(0.5));
    (e_to_r_less_1 + T::of(1.0)) * T::power_of_two(half) * T::power_of_two(n - half)
}

/// Returns n and e^r − 1 of x = n ln 2 + r, with |r| ≤ ½ ln 2.
#[inline(always)]
fn exp_parts<T: Float>(x: T) -> (T, T) {
    let n = round(x * T::of(std::f64::consts::LOG2_E));
    let r = (-n).fused(T::LN_2_LOW, (-n).fused(T::LN_2_HIGH, x));
    (n, (r * r).fused(series(r, T::EXP_SERIES), r))
}

/// ln x, within 1 ulp; −∞ at 0, NaN below.
#[inline(always)]
pub fn ln<T: Float>(x: T) -> T {
    // Subnormal numbers are scaled first, because their exponent field is 0.
    let lift = T::of(54.0);
    let small = x < T::LEAST_NORMAL;
    let lifted = if small { x * T::power_of_two(lift) } else { x };
    let (m, k) = lifted.mantissa_and_exponent();
    let k = if small { k - lift } else { k };
    // ln m = 2s + ⅔s³ + …, with m = (1 + s)/(1 − s); that is f − s (f − R) with R = s² (⅔ + …).
    let f = m - T::of(1.0);
    let s = f / (T::of(2.0) + f);
    let s2 = s * s;
    let rest = s2 * series(s2, T::LN_SERIES);
    let low = k.fused(T::LN_2_LOW, -(s * (f - rest)));
    let result = k * T::LN_2_HIGH + (f + low);
    let result = if x < T::of(f64::INFINITY) { result } else { x };
    let result = if x > T::of(0.0) {
        result
    } else {
        T::of(f64::NAN)
    };
    if x == T::of(0.0) {
        T::of(f64::NEG_INFINITY)
    } else {
        result
    }
}

/// ln(1 + x) for x ≥ 0, within 1.5 ulp.
#[inline(always)]
pub fn ln_1p<T: Float>(x: T) -> T {
    let one = T::of(1.0);
    let sum = one + x;
    // The digits of x that are lost in the sum correct its logarithm (Kahan).
    let lost = x - (sum - one);
    let corrected = ln(sum) + lost / sum;
    // No correction if all of x is lost, or if x is infinite.
    if sum == one || x == T::of(f64::INFINITY) {
        x
    } else {
        corrected
    }
}

/// e^x − 1 for x from −40 to 40: 2^n e^r − 1, without cancellation for small x.
#[inline(always)]
pub fn exp_less_1<T: Float>(x: T) -> T {
    let (n, e_to_r_less_1) = exp_parts(x);
    let scale = T::power_of_two(n);
    scale.fused(e_to_r_less_1, scale - T::of(1.0))
}

/// α(e^z − 1) for z ≤ 0.
#[inline(always)]
pub fn elu_below<T: Float>(z: T, alpha: T) -> T {
    // Below this, e^z is negligible against 1 in both precisions.
    let least = T::of(-40.0);
    alpha * exp_less_1(if z < least { least } else { z })
}

/// ln(1 + e^z), without overflow.
#[inline(always)]
pub fn softplus<T: Float>(z: T) -> T {
    let zero = T::of(0.0);
    (if z < zero { zero } else { z }) + ln_1p(exp(-z.size()))
}

/// The derivative of z/(1 + e^−z).
#[inline(always)]
pub fn silu_slope<T: Float>(z: T) -> T {
    let (one, share) = (T::of(1.0), sigmoid(z));
    share * z.fused(one - share, one)
}

/// tanh x, within 2.5 ulp.
#[inline(always)]
pub fn tanh<T: Float>(x: T) -> T {
    // Above this, tanh is 1 in both precisions.
    let most = T::of(20.0);
    let size = if x.size() > most { most } else { x.size() };
    let e_less_1 = exp_less_1(size + size);
    (e_less_1 / (e_less_1 + T::of(2.0))).signed_as(x)
}

/// 1 / (1 + e^−x), within 2.6 ulp.
#[inline(always)]
pub fn sigmoid<T: Float>(x: T) -> T {
    let e = exp(-x.size());
    let upper = T::of(1.0) / (T::of(1.0) + e);
    if x < T::of(0.0) { e * upper } else { upper }
}

/// z Φ(z), within 10 ulp, with Φ the distribution function of a standard normal.
#[inline(always)]
pub fn gelu<T: Float>(z: T) -> T {
    // Below this, Φ is 0 in both precisions.
    let least = T::of(-40.0);
    let z = if z < least { least } else { z };
    z * normal(z).0
}

/// The derivative Φ(z) + z φ(z) of [`gelu`], within 10 ulp of its larger term, with φ the density.
#[inline(always)]
pub fn gelu_slope<T: Float>(z: T) -> T {
    let (below, gauss) = normal(z);
    let density = gauss * T::of(0.398_942_280_401_432_7);
    let most = T::of(40.0);
    let z = if z.size() > most {
        most.signed_as(z)
    } else {
        z
    };
    z.fused(density, below)
}

/// Returns Φ(z) and e^−z²/2.
#[inline(always)]
fn normal<T: Float>(z: T) -> (T, T) {
    let (most, one, two) = (T::of(40.0), T::of(1.0), T::of(2.0));
    let size = if z.size() > most { most } else { z.size() };
    // The rounding error of the square becomes a factor, because it is much smaller than 1.
    let square = size * size;
    let lost = size.fused(size, -square);
    let gauss = exp(square * T::of(-0.5)) * lost.fused(T::of(-0.5), one);
    let u = size * T::of(std::f64::consts::FRAC_1_SQRT_2);
    let over = one / (two + u);
    let tail = gauss * over * series((two - u) * over, T::TAIL_SERIES);
    (if z < T::of(0.0) { tail } else { one - tail }, gauss)
}

#[inline(always)]
fn round<T: Float>(x: T) -> T {
    (x + T::ROUNDER) - T::ROUNDER
}

/// Returns c₀ + c₁ x + c₂ x² + …, by Horner's method.
#[inline(always)]
fn series<T: Float>(x: T, coefficients: &[f64]) -> T {
    let mut sum = T::of(0.0);
    for c in coefficients.iter().rev() {
        sum = sum.fused(x, T::of(*c));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the distance of y from the exact result, in ulp of a format with this many digits after the first, and
    /// this least exponent.
    fn ulp(y: f64, exact: f64, digits: i32, least: i32) -> f64 {
        if y == exact || y.is_nan() && exact.is_nan() {
            return 0.0;
        }
        let exponent = (exact.abs().log2().floor() as i32).max(least);
        (y - exact).abs() / f64::from(exponent - digits).exp2()
    }

    /// Returns the largest error over f32 of every size and sign; exact results are computed in f64.
    fn worst_in_f32(f: fn(f32) -> f32, exact: fn(f64) -> f64, holds: fn(f64) -> bool) -> f64 {
        let all = (0..=u32::MAX).step_by(997).map(f32::from_bits);
        let error = |x: f32| {
            let exact = exact(f64::from(x));
            // Rounding may turn the exact result into infinity or 0.
            if f(x) == exact as f32 {
                return 0.5;
            }
            ulp(f64::from(f(x)), exact, 23, -126)
        };
        all.filter(|x| holds(f64::from(*x)))
            .map(error)
            .fold(0.0, f64::max)
    }

    /// Returns the largest error over f64, with exact results known to 1 ulp.
    fn worst_in_f64(f: fn(f64) -> f64, exact: fn(f64) -> f64, holds: fn(f64) -> bool) -> f64 {
        let all = (0..=u64::MAX)
            .step_by(9_007_199_254_740)
            .map(f64::from_bits);
        let error = |x: f64| ulp(f(x), exact(x), 52, -1022);
        all.filter(|x| holds(*x)).map(error).fold(0.0, f64::max)
    }

    fn exact_sigmoid(x: f64) -> f64 {
        let e = (-x.abs()).exp();
        if x < 0.0 {
            e / (1.0 + e)
        } else {
            1.0 / (1.0 + e)
        }
    }

    #[test]
    fn errors_are_within_their_bounds_over_the_whole_range() {
        let any = |_| true;
        let bounds = [
            (
                1.1,
                worst_in_f32(exp, f64::exp, any),
                worst_in_f64(exp, f64::exp, any),
            ),
            (
                1.0,
                worst_in_f32(ln, f64::ln, any),
                worst_in_f64(ln, f64::ln, any),
            ),
            (
                1.5,
                worst_in_f32(ln_1p, f64::ln_1p, |x| x >= 0.0),
                worst_in_f64(ln_1p, f64::ln_1p, |x| x >= 0.0),
            ),
            (
                2.5,
                worst_in_f32(tanh, f64::tanh, any),
                worst_in_f64(tanh, f64::tanh, any),
            ),
            (
                2.6,
                worst_in_f32(sigmoid, exact_sigmoid, any),
                worst_in_f64(sigmoid, exact_sigmoid, any),
            ),
        ];
        // f32 is compared with f64, which is compared with known values below.
        let tail = worst_in_f32(gelu, gelu, |z| z.abs() < 1e18);
        assert!(tail <= 10.0, "gelu: {tail}");
        for (bound, f32, f64) in bounds {
            assert!(f32 <= bound && f64 <= bound + 1.0, "{bounds:?}");
        }
    }

    /// Known values, computed with 40 digits.
    #[test]
    fn gelu_and_its_slope_have_known_values() {
        for (z, value, slope) in [
            (-37.0, -2.1184613523340935e-298, -7.838298669418516e-297),
            (-20.25, -3.596804726522879e-90, -7.283443978198863e-89),
            (-9.0, -1.0157295653584566e-18, -9.138937373906639e-18),
            (-5.5, -1.0444259356238245e-07, -5.733472398739924e-07),
            (-3.0, -0.0040496940948902835, -0.011945647204183927),
            (-1.5, -0.1002108019032871, -0.12746919222997952),
            (-0.75, -0.16997051428265114, 0.0007742782607648957),
            (-0.5, -0.15426876936299344, 0.13250487534383715),
            (-0.001, -0.000499601057786089, 0.4992021157051586),
            (0.001, 0.000500398942213911, 0.5007978842948414),
            (0.5, 0.34573123063700656, 0.8674951246561629),
            (0.75, 0.5800294857173488, 0.9992257217392351),
            (2.0, 1.9544997361036416, 1.085231801078197),
            (3.5, 3.4991857982233756, 1.0028217603536247),
            (8.0, 7.999999999999995, 1.0000000000000397),
            (30.0, 30.0, 1.0),
        ] {
            let near =
                |x: f64, exact: f64, of: f64| (x - exact).abs() <= 10.0 * f64::EPSILON * of.abs();
            assert!(near(gelu(z), value, value), "{z}: {} {value}", gelu(z));
            let terms = f64::abs(slope).max((slope - value / z).abs());
            assert!(
                near(gelu_slope(z), slope, terms),
                "{z}: {} {slope}",
                gelu_slope(z)
            );
            let in_32 = gelu_slope(z as f32);
            assert!(
                (f64::from(in_32) - slope).abs() <= 10.0 * f64::from(f32::EPSILON) * terms + 1e-45
            );
        }
    }

    #[test]
    fn nan_and_infinities_propagate() {
        let infinite = f32::INFINITY;
        for f in [
            exp, ln, ln_1p, tanh, sigmoid, gelu, gelu_slope, softplus, silu_slope,
        ] {
            assert!(f(f32::NAN).is_nan());
        }
        assert_eq!((exp(infinite), exp(-infinite)), (infinite, 0.0));
        assert_eq!((ln(infinite), ln(0.0)), (infinite, -infinite));
        assert!(ln(-1.0_f32).is_nan() && ln_1p(infinite) == infinite);
        assert_eq!(
            (tanh(infinite), tanh(-infinite), tanh(-0.0)),
            (1.0, -1.0, -0.0)
        );
        assert_eq!(
            (sigmoid(infinite), sigmoid(-infinite), sigmoid(0.0)),
            (1.0, 0.0, 0.5)
        );
        for large in [50.0_f32, 1e30, f32::MAX] {
            assert_eq!((gelu(large), gelu(-large)), (large, 0.0));
            assert_eq!((gelu_slope(large), gelu_slope(-large)), (1.0, 0.0));
        }
    }
}
