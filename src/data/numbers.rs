//! The features of some rows: numbers of their own, or where they lie in a file.

use super::mapped::Mapped;
use std::ops::Deref;
use std::sync::Arc;

/// n × d numbers, row after row. They are read as a slice, wherever they are.
#[derive(Clone)]
pub struct Numbers(Held);

#[derive(Clone)]
enum Held {
    Owned(Vec<f64>),
    /// 64-bit floats, aligned: it has [`Mapped::values`].
    Mapped(Arc<Mapped>),
}

impl Numbers {
    /// All numbers of a file, without a copy; none where they can't be read where they lie.
    pub fn mapped(file: &Arc<Mapped>) -> Option<Numbers> {
        file.values()?;
        Some(Numbers(Held::Mapped(file.clone())))
    }

    /// The same to be changed: those of a file are copied for it.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        if let Held::Mapped(_) = &self.0 {
            self.0 = Held::Owned(self.to_vec());
        }
        match &mut self.0 {
            Held::Owned(numbers) => numbers,
            Held::Mapped(_) => unreachable!("they have just been copied"),
        }
    }
}

impl Deref for Numbers {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match &self.0 {
            Held::Owned(numbers) => numbers,
            Held::Mapped(file) => file.values().unwrap_or_default(),
        }
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(numbers: Vec<f64>) -> Numbers {
        Numbers(Held::Owned(numbers))
    }
}

impl FromIterator<f64> for Numbers {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Numbers {
        Vec::from_iter(numbers).into()
    }
}

impl Extend<f64> for Numbers {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, numbers: I) {
        self.to_mut().extend(numbers);
    }
}

impl<'a> IntoIterator for &'a Numbers {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Default for Numbers {
    fn default() -> Numbers {
        Vec::new().into()
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Numbers) -> bool {
        **self == **other
    }
}

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
