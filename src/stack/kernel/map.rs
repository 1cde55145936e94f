//! Ways into the instructions of the processor: any function, and a function of every number of a
//! matrix, whatever lane it is in.

use super::real::Real;
use pulp::{Arch, Simd, WithSimd};

/// Calls `f` with its arguments, compiled for the instructions of `arch`.
///
/// What `f` writes to must come as an argument: a function that captures nothing, or only what it
/// reads, is a [`Fn`], whose body is inlined here. That of a `FnOnce` may not be, and would then
/// be compiled for the portable instructions.
#[inline(always)]
pub fn on<A, R>(arch: Arch, arguments: A, f: impl Fn(A) -> R) -> R {
    arch.dispatch(Call { arguments, f })
}

struct Call<A, F> {
    arguments: A,
    f: F,
}

impl<A, R, F: Fn(A) -> R> WithSimd for Call<A, F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> R {
        (self.f)(self.arguments)
    }
}

/// x ← f(x). A flat loop: over chunks of lanes LLVM vectorizes the outer loop, and under AVX-512 every
/// number is then gathered and scattered. What `f` knows it knows by value, so that the compiler need not
/// fear that it changes.
#[inline(always)]
pub fn map<T: Real>(arch: Arch, all: &mut [T], f: impl Fn(T) -> T + Copy) {
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

/// x ← f(x, y), in a flat loop like [`map`]'s.
#[inline(always)]
pub fn map_with<T: Real>(arch: Arch, all: &mut [T], others: &[T], f: impl Fn(T, T) -> T + Copy) {
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
