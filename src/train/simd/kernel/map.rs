//! Dispatch to the instruction set of the processor: for any function, and for a function of every number of a
//! matrix.

use super::float::Float;
use pulp::{Arch, Simd, WithSimd};

/// Calls `f` with its arguments, compiled for the instruction set of `arch`.
///
/// Data that `f` writes to must be an argument. A function that captures nothing, or only data that it reads, is a
/// [`Fn`], and its body is inlined here. The body of a `FnOnce` may not be inlined, and would then use portable
/// instructions only.
#[inline(always)]
pub fn on<A, R>(arch: Arch, arguments: A, f: impl Fn(A) -> R) -> R {
    arch.dispatch(DispatchCall { arguments, f })
}

struct DispatchCall<A, F> {
    arguments: A,
    f: F,
}

impl<A, R, F: Fn(A) -> R> WithSimd for DispatchCall<A, F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> R {
        (self.f)(self.arguments)
    }
}

/// Computes x ← f(x) in a flat loop. In a loop over chunks of lanes, LLVM vectorizes the outer loop, and AVX-512 then
/// gathers and scatters every number. `f` captures by value, so the compiler knows that its data does not change.
#[inline(always)]
pub fn map<T: Float>(arch: Arch, all: &mut [T], f: impl Fn(T) -> T + Copy) {
    on(
        arch,
        all,
        #[inline(always)]
        move |all: &mut [T]| {
            let f = f;
            for x in all {
                *x = f(*x);
            }
        },
    );
}

/// Computes x ← f(x, y) in a flat loop, like [`map`].
#[inline(always)]
pub fn map_with<T: Float>(arch: Arch, all: &mut [T], others: &[T], f: impl Fn(T, T) -> T + Copy) {
    on(
        arch,
        (all, others),
        #[inline(always)]
        move |(all, others): (&mut [T], &[T])| {
            let f = f;
            for (x, other) in all.iter_mut().zip(others) {
                *x = f(*x, *other);
            }
        },
    );
}
