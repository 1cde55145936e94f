//! The highest known skills, with and without one cell.

use std::collections::BTreeMap;

/// The highest skills, by comparison key and seed.
#[derive(Debug, Default)]
pub(super) struct Best(BTreeMap<String, BTreeMap<u64, Highest>>);

/// The highest skill, its cell, and the highest skill of all other cells.
#[derive(Debug)]
struct Highest {
    skill: f64,
    /// Index of the cell with this skill.
    cell: usize,
    of_others: Option<f64>,
}

impl Best {
    /// Records the skill of a run of this cell.
    pub fn note(&mut self, key: &str, seed: u64, cell: usize, skill: Option<f64>) {
        let Some(skill) = skill else {
            return;
        };
        let new = Highest {
            skill,
            cell,
            of_others: None,
        };
        let seeds = self.0.entry(key.to_owned()).or_default();
        let best = seeds.entry(seed).or_insert(new);
        if best.cell == cell {
            best.skill = best.skill.max(skill);
        } else if skill > best.skill {
            *best = Highest {
                skill,
                cell,
                of_others: Some(best.skill),
            };
        } else {
            best.of_others = Some(best.of_others.map_or(skill, |other| other.max(skill)));
        }
    }

    /// Returns the highest skill for a seed.
    pub fn of(&self, key: &str, seed: u64) -> Option<f64> {
        Some(self.0.get(key)?.get(&seed)?.skill)
    }

    /// Returns the highest skill for a seed among all cells but this one.
    pub fn of_others(&self, key: &str, seed: u64, cell: usize) -> Option<f64> {
        let best = self.0.get(key)?.get(&seed)?;
        match best.cell == cell {
            true => best.of_others,
            false => Some(best.skill),
        }
    }
}
