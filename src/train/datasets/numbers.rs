//! The features of rows: owned numbers, or numbers in a mapped file.

use super::array::Array;
use std::ops::Deref;
use std::sync::Arc;

/// n × d numbers, row-major, readable as a slice.
#[derive(Clone, Default)]
pub struct Numbers {
    /// The mapped file, which has [`Array::values`].
    file: Option<Arc<Array>>,
    /// The owned numbers, without a file.
    own: Vec<f64>,
}

impl Numbers {
    /// Returns all numbers of a file without a copy; `None` if they cannot be read in place.
    pub fn mapped(file: &Arc<Array>) -> Option<Numbers> {
        file.values()?;
        Some(Numbers {
            file: Some(file.clone()),
            own: Vec::new(),
        })
    }

    /// Returns whether both use all numbers of the same file, which is in memory once.
    pub fn is_same_file(&self, other: &Numbers) -> bool {
        let files = self.file.as_ref().zip(other.file.as_ref());
        files.is_some_and(|(file, other)| Arc::ptr_eq(file, other))
    }

    /// Returns the numbers for changes; copies those of a file.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        if let Some(file) = self.file.take() {
            self.own = file.values().unwrap_or_default().to_vec();
        }
        &mut self.own
    }
}

impl Deref for Numbers {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match &self.file {
            None => &self.own,
            Some(file) => file.values().unwrap_or_default(),
        }
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(own: Vec<f64>) -> Numbers {
        Numbers { file: None, own }
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
