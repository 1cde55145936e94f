//! Counts of the diagnoses of one half.

use super::fixes::{FIRST, Fixed, Fixes};
use super::labels::{Dropped, Label};
use super::pairs::Pairs;
use super::published::PUBLISHED;
use super::sets::Half;
use std::collections::BTreeMap;
use sweep::diagnose::{Code, diagnose};

/// The counts of one half.
#[derive(Debug)]
pub struct Counts {
    /// The half.
    pub half: Half,
    /// By injected fault, or `healthy`.
    pub rows: BTreeMap<Code, Row>,
    /// How often each published rule fires, on healthy runs and on failing runs.
    pub published: Vec<[usize; 2]>,
    /// Two faults at once.
    pub pairs: Pairs,
    /// Fixes; empty if they were not trained.
    pub fixes: Fixes,
}

/// Counts of the runs with one fault.
#[derive(Debug, Default)]
pub struct Row {
    /// Trained runs.
    pub trained: usize,
    /// Left out: the base recipe does not learn.
    pub base_fails: usize,
    /// Left out: the faulty recipe learns.
    pub harmless: usize,
    /// Left out: the run fails for another reason.
    pub other_failure: usize,
    /// Runs with a correct diagnosis.
    pub right: usize,
    /// Runs with the injected fault as diagnosis.
    pub own: usize,
    /// Kept runs by diagnosis.
    pub named: BTreeMap<Code, usize>,
}

/// A requirement with its measured value.
#[derive(Debug)]
pub struct Requirement {
    /// What is measured.
    pub what: String,
    /// The measured fraction.
    pub measured: f64,
    /// Number of runs.
    pub of: usize,
    /// The required fraction.
    pub required: f64,
    /// Whether the required fraction is a maximum.
    pub at_most: bool,
}

impl Counts {
    /// Diagnoses and counts all kept runs.
    pub fn of(half: Half, labels: &[Label]) -> Counts {
        let mut counts = Counts {
            half,
            rows: BTreeMap::new(),
            published: vec![[0; 2]; PUBLISHED.len()],
            pairs: Pairs::default(),
            fixes: Fixes::new(),
        };
        labels.iter().for_each(|label| counts.add(label));
        counts
    }

    fn add(&mut self, (case, label): &Label) {
        let row = self.rows.entry(case.code).or_default();
        row.trained += 1;
        let run = match label {
            Err(Dropped::BaseFails) => return row.base_fails += 1,
            Err(Dropped::Harmless) => return row.harmless += 1,
            Err(Dropped::OtherFailure) => return row.other_failure += 1,
            Ok(run) => run,
        };
        let code = diagnose(run.trace, &run.context).code;
        *row.named.entry(code).or_default() += 1;
        row.right += usize::from(run.right.contains(&code));
        row.own += usize::from(case.code == code);
        for (counts, rule) in self.published.iter_mut().zip(&PUBLISHED) {
            let failing = usize::from(case.code != Code::Healthy);
            counts[failing] += usize::from((rule.fires)(run.trace));
        }
    }

    /// Returns the rows of faults, without `healthy`.
    pub fn faults(&self) -> impl Iterator<Item = (Code, &Row)> {
        let rows = self.rows.iter().map(|(code, row)| (*code, row));
        rows.filter(|(code, _)| *code != Code::Healthy)
    }

    /// Returns the number of kept and of correctly diagnosed runs, over all faults.
    pub fn failing(&self) -> (usize, usize) {
        let add = |(kept, right): (usize, usize), (_, row): (Code, &Row)| {
            (kept + row.kept(), right + row.right)
        };
        self.faults().fold((0, 0), add)
    }

    /// Returns the number of kept healthy runs, and of those with another diagnosis.
    pub fn alarms(&self) -> (usize, usize) {
        let healthy = self.rows.get(&Code::Healthy);
        healthy.map_or((0, 0), |row| (row.kept(), row.kept() - row.right))
    }

    /// Returns the sum over all faults.
    pub fn fixed(&self) -> Fixed {
        let fixes = self.fixes.values().copied();
        fixes.fold(Fixed::default(), Fixed::with)
    }

    /// Returns the requirements with their measured values.
    pub fn requirements(&self) -> Vec<Requirement> {
        let (kept, right) = self.failing();
        let (healthy, alarms) = self.alarms();
        let required = |what: String, (some, of), required, at_most| Requirement {
            what,
            measured: fraction(some, of),
            of,
            required,
            at_most,
        };
        let least = self
            .faults()
            .min_by(|(_, a), (_, b)| a.fraction().total_cmp(&b.fraction()));
        let (code, counts) = least.map_or((Code::Unclear, (0, 0)), |(code, row)| {
            (code, (row.right, row.kept()))
        });
        let least = format!("least accurate diagnosis (`{code}`)");
        let mut requirements = vec![
            required(
                "failing runs with a correct diagnosis".to_owned(),
                (right, kept),
                0.95,
                false,
            ),
            required(
                "false alarms among healthy runs".to_owned(),
                (alarms, healthy),
                0.02,
                true,
            ),
            required(least, counts, 0.8, false),
        ];
        let fixed = self.fixed();
        if fixed.of > 0 {
            let what = format!("failing runs fixed by one of the first {FIRST} fixes");
            requirements.push(required(what, (fixed.suggested, fixed.of), 0.9, false));
            let more = fixed.suggested.saturating_sub(fixed.random);
            let what =
                "fraction fixed by suggested changes − fraction fixed by random changes".to_owned();
            requirements.push(required(what, (more, fixed.of), 0.25, false));
        }
        requirements
    }
}

impl Row {
    /// Returns the sum of both counts.
    pub fn with(mut self, other: &Row) -> Row {
        self.trained += other.trained;
        self.base_fails += other.base_fails;
        self.harmless += other.harmless;
        self.other_failure += other.other_failure;
        self.right += other.right;
        self.own += other.own;
        for (code, n) in &other.named {
            *self.named.entry(*code).or_default() += n;
        }
        self
    }

    /// Returns the number of kept runs.
    pub fn kept(&self) -> usize {
        self.named.values().sum()
    }

    /// Returns the fraction of kept runs with a correct diagnosis.
    pub fn fraction(&self) -> f64 {
        fraction(self.right, self.kept())
    }
}

impl Requirement {
    /// Returns whether it is met. Without runs, it is not.
    pub fn is_met(&self) -> bool {
        match self.at_most {
            true => self.measured <= self.required,
            false => self.measured >= self.required,
        }
    }

    /// Returns whether it is missed by more than twice the standard error of a fraction of this many runs.
    pub fn is_missed_beyond_chance(&self) -> bool {
        let error = (self.required * (1.0 - self.required) / self.of as f64).sqrt();
        let distance = (self.measured - self.required).abs();
        !self.is_met() && (self.of == 0 || distance > 2.0 * error)
    }
}

/// Returns a fraction; NaN of no runs.
pub fn fraction(some: usize, of: usize) -> f64 {
    some as f64 / of as f64
}
