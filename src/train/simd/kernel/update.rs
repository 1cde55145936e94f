//! Optimizers over lanes, as PyTorch defines them. An optimizer that is added here is available in the stacked
//! executor. Learning rates are per lane and step, so the caller computes schedules.

use super::abreast::{load, store};
use super::float::Float;
use super::map::on;
use super::{MOST_LANES, PerLane};
use pulp::Arch;

/// The values of a step that an optimizer needs, per lane.
#[derive(Debug, Clone, Copy)]
pub struct Rates<T> {
    /// −α of this step; for Adam −α/(1 − β₁^t).
    pub step: PerLane<T>,
    /// Factor of the gradient for clipping by norm.
    pub scale: PerLane<T>,
    /// Maximum absolute value of its entries after that.
    pub most: PerLane<T>,
    /// λ₁ of the L1 penalty.
    pub l1: PerLane<T>,
    /// λ of the L2 penalty; 0 for AdamW.
    pub decay: PerLane<T>,
    /// −αλ of AdamW.
    pub shrink: PerLane<T>,
    /// β of momentum, β₁ of Adam.
    pub first: PerLane<T>,
    /// 1 − β₁.
    pub first_rest: PerLane<T>,
    /// β₂ of Adam and RMSprop.
    pub second: PerLane<T>,
    /// 1 − β₂.
    pub second_rest: PerLane<T>,
    /// √(1 − β₂^t).
    pub correction: PerLane<T>,
    /// ε.
    pub epsilon: PerLane<T>,
}

impl<T: Float> Rates<T> {
    /// Repeats the values of the lanes, for operations on several numbers at a time.
    fn repeated(mut self) -> Self {
        for own in self.all() {
            (T::LANES..T::ABREAST).for_each(|i| own[i] = own[i % T::LANES]);
        }
        self
    }

    /// Stops all updates in a lane.
    pub fn stop(&mut self, lane: usize) {
        let mut still = Rates::still();
        for (own, still) in self.all().into_iter().zip(still.all()) {
            own[lane] = still[lane];
        }
    }

    fn all(&mut self) -> [&mut PerLane<T>; 12] {
        [
            &mut self.step,
            &mut self.scale,
            &mut self.most,
            &mut self.l1,
            &mut self.decay,
            &mut self.shrink,
            &mut self.first,
            &mut self.first_rest,
            &mut self.second,
            &mut self.second_rest,
            &mut self.correction,
            &mut self.epsilon,
        ]
    }

    /// Returns values without any update.
    pub fn still() -> Rates<T> {
        let all = |x| [T::of(x); MOST_LANES];
        Rates {
            step: all(0.0),
            scale: all(1.0),
            most: all(f64::INFINITY),
            l1: all(0.0),
            decay: all(0.0),
            shrink: all(0.0),
            first: all(0.0),
            first_rest: all(0.0),
            second: all(0.0),
            second_rest: all(0.0),
            correction: all(1.0),
            epsilon: all(1.0),
        }
    }
}

/// An optimizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateRule {
    /// Δ = −α g.
    Sgd,
    /// v ← β v + g, Δ = −α v.
    Momentum,
    /// v ← β v + g, Δ = −α (g + β v).
    Nesterov,
    /// Kingma and Ba 2015, algorithm 1.
    Adam,
    /// Adam, with −α λ w added to Δ.
    AdamW,
    /// s ← β₂ s + (1 − β₂) g², Δ = −α g/(√s + ε).
    RmsProp,
    /// s as in RMSprop, v ← β v + g/(√s + ε), Δ = −α v.
    RmsPropMomentum,
    /// s ← s + g², Δ = −α g/(√s + ε).
    AdaGrad,
}

impl UpdateRule {
    /// Returns the number of state values per weight.
    pub fn memories(self) -> usize {
        match self {
            UpdateRule::Sgd => 0,
            UpdateRule::Momentum
            | UpdateRule::Nesterov
            | UpdateRule::RmsProp
            | UpdateRule::AdaGrad => 1,
            UpdateRule::Adam | UpdateRule::AdamW | UpdateRule::RmsPropMomentum => 2,
        }
    }
}

/// How updates are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateMethod {
    /// The optimizer.
    pub rule: UpdateRule,
    /// Whether the gradient is clipped or has an L1 penalty. Runs without both do not pay for it.
    pub shaped: bool,
}

/// The weights of a stack in one row, with gradients and optimizer state; their number is a multiple of
/// [`Float::ABREAST`].
#[derive(Debug)]
pub struct WeightUpdate<'a, T> {
    /// w.
    pub w: &'a [T],
    /// g.
    pub g: &'a [T],
    /// v of momentum, Adam's mean of g, or s of an optimizer without other state; empty without state.
    pub first: &'a mut [T],
    /// The mean of g² of an optimizer with two state values; empty for others.
    pub second: &'a mut [T],
    /// Δw.
    pub delta: &'a mut [T],
}

impl<T: Float> WeightUpdate<'_, T> {
    /// Computes Δw, to be added to w. Returns for every lane whether all of Δw is finite.
    pub fn updates(self, arch: Arch, method: UpdateMethod, rates: &Rates<T>) -> PerLane<bool> {
        // 0 · Δ is 0 unless Δ is infinite or NaN.
        let mut zero = [T::of(0.0); MOST_LANES];
        on(
            arch,
            (self, rates.repeated(), &mut zero),
            #[inline(always)]
            move |(weights, rates, zero): (Self, Rates<T>, &mut PerLane<T>)| {
                *zero = match method.shaped {
                    true => weights.by::<true>(method.rule, &rates),
                    false => weights.by::<false>(method.rule, &rates),
                };
            },
        );
        std::array::from_fn(|lane| {
            let mut own = zero.iter().skip(lane).step_by(T::LANES);
            own.all(|zero| *zero == T::of(0.0))
        })
    }

    #[inline(always)]
    fn by<const SHAPED: bool>(self, rule: UpdateRule, rates: &Rates<T>) -> PerLane<T> {
        match rule {
            UpdateRule::Sgd => self.each::<SHAPED>(rates, sgd),
            UpdateRule::Momentum => self.each::<SHAPED>(rates, momentum),
            UpdateRule::Nesterov => self.each::<SHAPED>(rates, nesterov),
            UpdateRule::Adam => self.each::<SHAPED>(rates, adam),
            UpdateRule::AdamW => self.each::<SHAPED>(rates, adamw),
            UpdateRule::RmsProp => self.each::<SHAPED>(rates, rmsprop),
            UpdateRule::RmsPropMomentum => self.each::<SHAPED>(rates, rmsprop_momentum),
            UpdateRule::AdaGrad => self.each::<SHAPED>(rates, adagrad),
        }
    }

    /// Reads every number before any is written, so that a row of lanes is one instruction.
    #[inline(always)]
    fn each<const SHAPED: bool>(
        self,
        rates: &Rates<T>,
        rule: impl Fn(&Rates<T>, usize, [T; 2], [&mut T; 2]) -> T,
    ) -> PerLane<T> {
        let rates = *rates;
        let (remembers, has_second) = (!self.first.is_empty(), !self.second.is_empty());
        let mut zero = [T::of(0.0); MOST_LANES];
        for start in (0..self.w.len()).step_by(T::ABREAST) {
            let entry = start..start + T::ABREAST;
            let (w, g) = (load(&self.w[entry.clone()]), load(&self.g[entry.clone()]));
            let (mut first, mut second) = (zero, zero);
            if remembers {
                first = load(&self.first[entry.clone()]);
            }
            if has_second {
                second = load(&self.second[entry.clone()]);
            }
            let mut delta = [T::of(0.0); MOST_LANES];
            for lane in 0..T::ABREAST {
                let (w, g) = (w[lane], g[lane]);
                let g = if SHAPED {
                    shaped(&rates, lane, w, g)
                } else {
                    g
                };
                let g = g + w * rates.decay[lane];
                let memory = [&mut first[lane], &mut second[lane]];
                delta[lane] = rule(&rates, lane, [w, g], memory);
                zero[lane] = delta[lane].fused(T::of(0.0), zero[lane]);
            }
            if remembers {
                store(&first, &mut self.first[entry.clone()]);
            }
            if has_second {
                store(&second, &mut self.second[entry.clone()]);
            }
            store(&delta, &mut self.delta[entry]);
        }
        zero
    }
}

/// Returns the clipped gradient plus the L1 penalty.
#[inline(always)]
fn shaped<T: Float>(rates: &Rates<T>, lane: usize, w: T, g: T) -> T {
    let (g, most) = (g * rates.scale[lane], rates.most[lane]);
    let g = if g > most { most } else { g };
    let g = if g < -most { -most } else { g };
    let l1 = rates.l1[lane];
    let above = if w > T::of(0.0) { l1 } else { T::of(0.0) };
    g + if w < T::of(0.0) { -l1 } else { above }
}

#[inline(always)]
fn sgd<T: Float>(rates: &Rates<T>, lane: usize, [_, g]: [T; 2], _: [&mut T; 2]) -> T {
    g * rates.step[lane]
}

#[inline(always)]
fn momentum<T: Float>(rates: &Rates<T>, lane: usize, [_, g]: [T; 2], [v, _]: [&mut T; 2]) -> T {
    *v = *v * rates.first[lane] + g;
    *v * rates.step[lane]
}

#[inline(always)]
fn nesterov<T: Float>(rates: &Rates<T>, lane: usize, [_, g]: [T; 2], [v, _]: [&mut T; 2]) -> T {
    *v = *v * rates.first[lane] + g;
    (g + *v * rates.first[lane]) * rates.step[lane]
}

#[inline(always)]
fn adam<T: Float>(rates: &Rates<T>, lane: usize, [_, g]: [T; 2], [mean, square]: [&mut T; 2]) -> T {
    *mean = *mean * rates.first[lane] + g * rates.first_rest[lane];
    *square = *square * rates.second[lane] + g * g * rates.second_rest[lane];
    let root = square.root() / rates.correction[lane] + rates.epsilon[lane];
    *mean / root * rates.step[lane]
}

#[inline(always)]
fn adamw<T: Float>(rates: &Rates<T>, lane: usize, [w, g]: [T; 2], moments: [&mut T; 2]) -> T {
    adam(rates, lane, [w, g], moments) + w * rates.shrink[lane]
}

#[inline(always)]
fn rmsprop<T: Float>(rates: &Rates<T>, lane: usize, [_, g]: [T; 2], [square, _]: [&mut T; 2]) -> T {
    *square = *square * rates.second[lane] + g * g * rates.second_rest[lane];
    g / (square.root() + rates.epsilon[lane]) * rates.step[lane]
}

#[inline(always)]
fn rmsprop_momentum<T: Float>(
    rates: &Rates<T>,
    lane: usize,
    [_, g]: [T; 2],
    [v, square]: [&mut T; 2],
) -> T {
    *square = *square * rates.second[lane] + g * g * rates.second_rest[lane];
    *v = *v * rates.first[lane] + g / (square.root() + rates.epsilon[lane]);
    *v * rates.step[lane]
}

#[inline(always)]
fn adagrad<T: Float>(rates: &Rates<T>, lane: usize, [_, g]: [T; 2], [sum, _]: [&mut T; 2]) -> T {
    *sum = *sum + g * g;
    g / (sum.root() + rates.epsilon[lane]) * rates.step[lane]
}
