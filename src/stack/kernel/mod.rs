//! Arithmetic over lanes: what a stack computes, as functions of plain numbers side by side.
//!
//! Safe Rust throughout. [`pulp`] chooses the registers at run time; the same operations in the same
//! order give the same bits in all of them.

pub mod math;
pub mod product;
pub mod real;
pub mod vector;

#[cfg(test)]
pub(crate) use tests::every_instruction_set;

#[cfg(test)]
mod tests {
    use pulp::Arch;

    /// Those of this processor, the portable one among them.
    pub fn every_instruction_set() -> Vec<Arch> {
        let mut all = vec![Arch::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(pulp::x86::V3::try_new().map(Arch::V3));
            all.extend(pulp::x86::V4::try_new().map(Arch::V4));
        }
        #[cfg(target_arch = "aarch64")]
        all.push(Arch::new());
        all
    }
}
