//! The data sets and their halves. No threshold of a rule was chosen on the held-out half.

use super::random::Random;
use super::recipe::Recipe;

/// A half of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// Thresholds are chosen here.
    Calibration,
    /// Requirements apply here.
    HeldOut,
}

impl Half {
    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Half::Calibration => "calibration",
            Half::HeldOut => "held-out",
        }
    }
}

/// Keys with their values in TOML.
type Keys = &'static [(&'static str, &'static str)];

/// One data set.
#[derive(Debug)]
pub struct DataSet {
    /// Name in tables.
    pub name: &'static str,
    /// The half that it belongs to.
    pub half: Half,
    /// Keys of its generator; 256 rows, a quarter of them for validation.
    keys: Keys,
    /// Keys that change for few and noisy rows.
    noisy: Keys,
    /// Number of features.
    pub features: usize,
    /// Number of classes; 0 for a regression.
    pub classes: usize,
    /// Steps to learn it, relative to the easiest set; 0 if a linear model is enough.
    pub effort: f64,
}

impl DataSet {
    /// Returns its rows, standardized.
    pub fn recipe(&self) -> Recipe {
        let rows = Recipe::default()
            .set("data.rows", 256)
            .set("data.standardize", true);
        rows.edited(self.keys)
    }

    /// Returns few and noisy rows, which a large network can memorize.
    pub fn noisy(&self) -> Recipe {
        self.recipe()
            .set("data.rows", 160)
            .set("data.validation", 0.5)
            .edited(self.noisy)
    }

    /// Returns whether it needs a nonlinear model.
    pub fn is_nonlinear(&self) -> bool {
        self.effort > 0.0
    }

    /// Returns the sets of one half.
    pub fn of(half: Half) -> impl Iterator<Item = &'static DataSet> {
        SETS.iter().filter(move |set| set.half == half)
    }
}

/// A one-weight model that starts where SGD leads to a worse local minimum.
#[derive(Debug, Clone, Copy)]
pub struct OneWeight {
    /// Name of the model, which is also the name of the set.
    pub name: &'static str,
    /// Lowest and highest initial weight.
    start: (f64, f64),
    /// Lowest and highest learning rate of SGD.
    pub rates: (f64, f64),
    /// Learning rate of Adam.
    pub adam: f64,
}

impl OneWeight {
    /// Returns the one-weight model of a half.
    pub fn of(half: Half) -> OneWeight {
        match half {
            Half::Calibration => OneWeight {
                name: "ripples",
                start: (3.0, 5.0),
                rates: (0.004, 0.02),
                adam: 0.1,
            },
            Half::HeldOut => OneWeight {
                name: "double-well",
                start: (1.8, 2.2),
                rates: (0.003, 0.012),
                adam: 0.3,
            },
        }
    }

    /// Samples its initial weight and its gradient noise.
    pub fn recipe(&self, random: &mut Random) -> Recipe {
        let (low, high) = self.start;
        let init = match random.chance(0.5) {
            true => format!("{{ constant = {} }}", random.uniform(low, high)),
            false => format!("{{ uniform = [{low}, {high}] }}"),
        };
        let recipe = Recipe::default()
            .word("data.source", "none")
            .word("model", self.name);
        let noise = random.pick(&[0.0, 0.1, 0.3]);
        recipe.set("init", init).set("gradient_noise", noise)
    }
}

static SETS: &[DataSet] = &[
    DataSet {
        name: "sine",
        half: Half::Calibration,
        keys: &[("data.source", "\"sine\""), ("data.frequency", "1.5")],
        noisy: &[("data.noise", "0.6")],
        features: 1,
        classes: 0,
        effort: 1.5,
    },
    DataSet {
        name: "linear-4",
        half: Half::Calibration,
        keys: &[
            ("data.source", "\"linear\""),
            ("data.features", "4"),
            ("data.noise", "0.3"),
        ],
        noisy: &[("data.noise", "1.0")],
        features: 4,
        classes: 0,
        effort: 0.0,
    },
    DataSet {
        name: "moons",
        half: Half::Calibration,
        keys: &[("data.source", "\"moons\"")],
        noisy: &[("data.noise", "0.35")],
        features: 2,
        classes: 2,
        effort: 1.0,
    },
    DataSet {
        name: "blobs-2",
        half: Half::Calibration,
        keys: &[
            ("data.source", "\"blobs\""),
            ("data.features", "3"),
            ("data.classes", "2"),
            ("data.noise", "1.0"),
        ],
        noisy: &[("data.noise", "2.0")],
        features: 3,
        classes: 2,
        effort: 0.0,
    },
    DataSet {
        name: "blobs-3",
        half: Half::Calibration,
        keys: &[("data.source", "\"blobs\""), ("data.noise", "0.8")],
        noisy: &[("data.noise", "1.6")],
        features: 2,
        classes: 3,
        effort: 0.0,
    },
    DataSet {
        name: "spirals-2",
        half: Half::Calibration,
        keys: &[
            ("data.source", "\"spirals\""),
            ("data.turns", "0.9"),
            ("data.noise", "0.03"),
        ],
        noisy: &[("data.noise", "0.2")],
        features: 2,
        classes: 2,
        effort: 2.5,
    },
    DataSet {
        name: "wiggle",
        half: Half::HeldOut,
        keys: &[("data.source", "\"wiggle\""), ("data.range", "[-3.0, 1.0]")],
        noisy: &[("data.noise", "0.6")],
        features: 1,
        classes: 0,
        effort: 1.5,
    },
    DataSet {
        name: "sine-fast",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"sine\""),
            ("data.frequency", "3.0"),
            ("data.range", "[0.0, 3.0]"),
        ],
        noisy: &[("data.noise", "0.6")],
        features: 1,
        classes: 0,
        effort: 1.5,
    },
    DataSet {
        name: "linear-8",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"linear\""),
            ("data.features", "8"),
            ("data.condition", "20.0"),
            ("data.noise", "0.2"),
        ],
        noisy: &[("data.noise", "0.7")],
        features: 8,
        classes: 0,
        effort: 0.0,
    },
    DataSet {
        name: "circles",
        half: Half::HeldOut,
        keys: &[("data.source", "\"circles\""), ("data.noise", "0.08")],
        noisy: &[("data.noise", "0.25")],
        features: 2,
        classes: 2,
        effort: 1.0,
    },
    DataSet {
        name: "xor",
        half: Half::HeldOut,
        keys: &[("data.source", "\"xor\""), ("data.noise", "0.3")],
        noisy: &[("data.noise", "0.7")],
        features: 2,
        classes: 2,
        effort: 1.0,
    },
    DataSet {
        name: "blobs-5",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"blobs\""),
            ("data.features", "5"),
            ("data.classes", "5"),
            ("data.noise", "0.7"),
        ],
        noisy: &[("data.noise", "1.6")],
        features: 5,
        classes: 5,
        effort: 0.0,
    },
    DataSet {
        name: "spirals-3",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"spirals\""),
            ("data.classes", "3"),
            ("data.turns", "0.8"),
            ("data.noise", "0.03"),
        ],
        noisy: &[("data.noise", "0.2")],
        features: 2,
        classes: 3,
        effort: 2.5,
    },
];
