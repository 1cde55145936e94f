//! What is said of the runs of one half, counted.

use super::cures::{Cured, Cures, FIRST};
use super::labels::{Dropped, Label};
use super::pairs::Pairs;
use super::rivals::RIVALS;
use super::sets::Half;
use std::collections::BTreeMap;
use sweep::diagnose::{Code, diagnose};

/// The counts of one half.
#[derive(Debug)]
pub struct Tally {
    /// Which.
    pub half: Half,
    /// By what was injected; healthy runs among them.
    pub rows: BTreeMap<Code, Row>,
    /// How often each of the rival rules fires, on healthy runs and on the others.
    pub rivals: Vec<[usize; 2]>,
    /// Two faults at once.
    pub pairs: Pairs,
    /// What is prescribed, tried; empty where it was not.
    pub cures: Cures,
}

/// The runs with one fault.
#[derive(Debug, Default)]
pub struct Row {
    /// Trained.
    pub drawn: usize,
    /// Left out because the recipe without the fault does not learn.
    pub unsound: usize,
    /// Left out because the recipe with the fault learns.
    pub unharmed: usize,
    /// Left out because it fails in another way.
    pub otherwise: usize,
    /// Named by a code that is right.
    pub right: usize,
    /// Named by the code that was injected.
    pub own: usize,
    /// All that were kept, by what they were called.
    pub named: BTreeMap<Code, usize>,
}

/// A bar, and what was reached.
#[derive(Debug)]
pub struct Bar {
    /// What is counted.
    pub what: String,
    /// What was reached.
    pub reached: f64,
    /// Of how many runs.
    pub of: usize,
    /// The bar.
    pub bar: f64,
    /// Whether less is better.
    pub at_most: bool,
}

impl Tally {
    /// Diagnoses and counts.
    pub fn of(half: Half, labels: &[Label]) -> Tally {
        let mut tally = Tally {
            half,
            rows: BTreeMap::new(),
            rivals: vec![[0; 2]; RIVALS.len()],
            pairs: Pairs::default(),
            cures: Cures::new(),
        };
        labels.iter().for_each(|label| tally.add(label));
        tally
    }

    fn add(&mut self, (case, label): &Label) {
        let row = self.rows.entry(case.code).or_default();
        row.drawn += 1;
        let run = match label {
            Err(Dropped::Unsound) => return row.unsound += 1,
            Err(Dropped::Unharmed) => return row.unharmed += 1,
            Err(Dropped::Otherwise) => return row.otherwise += 1,
            Ok(run) => run,
        };
        let code = diagnose(run.trace, &run.context).code;
        *row.named.entry(code).or_default() += 1;
        row.right += usize::from(run.right.contains(&code));
        row.own += usize::from(case.code == code);
        for (counts, rival) in self.rivals.iter_mut().zip(&RIVALS) {
            let failing = usize::from(case.code != Code::Healthy);
            counts[failing] += usize::from((rival.fires)(run.trace));
        }
    }

    /// The rows of faults.
    pub fn faults(&self) -> impl Iterator<Item = (Code, &Row)> {
        let rows = self.rows.iter().map(|(code, row)| (*code, row));
        rows.filter(|(code, _)| *code != Code::Healthy)
    }

    /// Runs kept and runs named rightly, of all faults together.
    pub fn failing(&self) -> (usize, usize) {
        let add = |(kept, right): (usize, usize), (_, row): (Code, &Row)| {
            (kept + row.kept(), right + row.right)
        };
        self.faults().fold((0, 0), add)
    }

    /// Healthy runs kept, and those of them that are called something else.
    pub fn alarms(&self) -> (usize, usize) {
        let healthy = self.rows.get(&Code::Healthy);
        healthy.map_or((0, 0), |row| (row.kept(), row.kept() - row.right))
    }

    /// All failing runs on which something was tried.
    pub fn cured(&self) -> Cured {
        let cures = self.cures.values().copied();
        cures.fold(Cured::default(), Cured::with)
    }

    /// What is to be reached.
    pub fn bars(&self) -> Vec<Bar> {
        let (kept, right) = self.failing();
        let (healthy, alarms) = self.alarms();
        let bar = |what: String, (some, of), bar, at_most| Bar {
            what,
            reached: share(some, of),
            of,
            bar,
            at_most,
        };
        let least = self
            .faults()
            .min_by(|(_, a), (_, b)| a.share().total_cmp(&b.share()));
        let (code, counts) = least.map_or((Code::Unclear, (0, 0)), |(code, row)| {
            (code, (row.right, row.kept()))
        });
        let least = format!("the code named rightly least often ({code})");
        let mut bars = vec![
            bar(
                "failing runs named rightly".to_owned(),
                (right, kept),
                0.95,
                false,
            ),
            bar(
                "false alarms among healthy runs".to_owned(),
                (alarms, healthy),
                0.02,
                true,
            ),
            bar(least, counts, 0.8, false),
        ];
        let cured = self.cured();
        if cured.of > 0 {
            let what = format!("failing runs cured by one of the first {FIRST} prescriptions");
            bars.push(bar(what, (cured.prescribed, cured.of), 0.9, false));
            let more = cured.prescribed.saturating_sub(cured.random);
            let what = "the same, less those that random changes of the same size cure".to_owned();
            bars.push(bar(what, (more, cured.of), 0.25, false));
        }
        bars
    }
}

impl Row {
    /// The counts of both.
    pub fn with(mut self, other: &Row) -> Row {
        self.drawn += other.drawn;
        self.unsound += other.unsound;
        self.unharmed += other.unharmed;
        self.otherwise += other.otherwise;
        self.right += other.right;
        self.own += other.own;
        for (code, n) in &other.named {
            *self.named.entry(*code).or_default() += n;
        }
        self
    }

    /// Runs that were kept.
    pub fn kept(&self) -> usize {
        self.named.values().sum()
    }

    /// Share of them that is named rightly.
    pub fn share(&self) -> f64 {
        share(self.right, self.kept())
    }
}

impl Bar {
    /// Whether it is met; a share of nothing meets none.
    pub fn is_met(&self) -> bool {
        match self.at_most {
            true => self.reached <= self.bar,
            false => self.reached >= self.bar,
        }
    }

    /// Whether it is missed by more than twice the standard error that a share of so many runs has
    /// about the bar.
    pub fn is_missed_beyond_chance(&self) -> bool {
        let error = (self.bar * (1.0 - self.bar) / self.of as f64).sqrt();
        let distance = (self.reached - self.bar).abs();
        !self.is_met() && (self.of == 0 || distance > 2.0 * error)
    }
}

/// A share; of nothing, NaN.
pub fn share(some: usize, of: usize) -> f64 {
    some as f64 / of as f64
}
