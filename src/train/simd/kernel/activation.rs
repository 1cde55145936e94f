//! σ and its derivative over lanes. An activation that is added here is available in the stacked executor.

use super::float::Float;
use super::map::{map, map_with};
use super::math::{elu_below, exp, gelu, gelu_slope, sigmoid, silu_slope, softplus, tanh};
use crate::config::settings::Activation;
use pulp::Arch;

/// Computes z ← σ(z).
pub fn activate<T: Float>(arch: Arch, activation: Activation, z: &mut [T]) {
    let zero = T::of(0.0);
    match activation {
        Activation::Linear => {}
        // NaN is not ≤ 0, so it passes through.
        Activation::Relu => map(
            arch,
            z,
            #[inline(always)]
            move |z| if z <= zero { zero } else { z },
        ),
        Activation::LeakyRelu { slope } => {
            let slope = T::of(slope);
            map(
                arch,
                z,
                #[inline(always)]
                move |z| if z > zero { z } else { z * slope },
            );
        }
        Activation::Tanh => map(
            arch,
            z,
            #[inline(always)]
            move |z| tanh(z),
        ),
        Activation::Sigmoid => map(
            arch,
            z,
            #[inline(always)]
            move |z| sigmoid(z),
        ),
        Activation::Gelu => map(
            arch,
            z,
            #[inline(always)]
            move |z| gelu(z),
        ),
        Activation::Silu => map(
            arch,
            z,
            #[inline(always)]
            move |z| z * sigmoid(z),
        ),
        Activation::Elu { alpha } => {
            let alpha = T::of(alpha);
            map(
                arch,
                z,
                #[inline(always)]
                move |z| if z > zero { z } else { elu_below(z, alpha) },
            );
        }
        Activation::Softplus => map(
            arch,
            z,
            #[inline(always)]
            move |z| softplus(z),
        ),
    }
}

/// Returns whether σ′ can be computed only from z, so that the layer stores z.
pub fn needs_z(activation: Activation) -> bool {
    match activation {
        Activation::Gelu | Activation::Silu | Activation::Elu { .. } | Activation::Softplus => true,
        Activation::Linear
        | Activation::Relu
        | Activation::LeakyRelu { .. }
        | Activation::Tanh
        | Activation::Sigmoid => false,
    }
}

/// Computes a ← g σ′, where g is the gradient with respect to a = σ(z). Then a holds the gradient with respect to z.
/// If z is needed, it is passed in place of a.
pub fn times_slope<T: Float>(arch: Arch, activation: Activation, a: &mut [T], g: &[T]) {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    match activation {
        Activation::Linear => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |_, g| g,
        ),
        Activation::Relu => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |a, g| if a <= zero { zero } else { g },
        ),
        Activation::LeakyRelu { slope } => {
            let slope = T::of(slope);
            map_with(
                arch,
                a,
                g,
                #[inline(always)]
                move |a, g| if a > zero { g } else { g * slope },
            );
        }
        Activation::Tanh => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |a, g| g * (-a).fused(a, one),
        ),
        Activation::Sigmoid => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |a, g| g * (a * (one - a)),
        ),
        Activation::Gelu => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |z, g| g * gelu_slope(z),
        ),
        Activation::Silu => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |z, g| g * silu_slope(z),
        ),
        // Not a + α, which would cancel all digits of e^z if a is near −α.
        Activation::Elu { alpha } => {
            let alpha = T::of(alpha);
            map_with(
                arch,
                a,
                g,
                #[inline(always)]
                move |z, g| if z > zero { g } else { g * (alpha * exp(z)) },
            );
        }
        Activation::Softplus => map_with(
            arch,
            a,
            g,
            #[inline(always)]
            move |z, g| g * sigmoid(z),
        ),
    }
}
