//! The features of some rows: numbers of their own, or where they lie in a file.

use super::array::Array;
use std::ops::Deref;
use std::sync::Arc;

/// n × d numbers, row after row. They are read as a slice, wherever they are.
#[derive(Clone, Default)]
pub struct Numbers {
    /// Where they lie; it has [`Array::values`].
    file: Option<Arc<Array>>,
    /// The numbers, where they lie in no file.
    own: Vec<f64>,
}

impl Numbers {
    /// All numbers of a file, without a copy; none where they can't be read where they lie.
    pub fn mapped(file: &Arc<Array>) -> Option<Numbers> {
        file.values()?;
        Some(Numbers {
            file: Some(file.clone()),
            own: Vec::new(),
        })
    }

    /// Whether both are all numbers of one file, which lie there once.
    pub fn is_same_file(&self, other: &Numbers) -> bool {
        let files = self.file.as_ref().zip(other.file.as_ref());
        files.is_some_and(|(file, other)| Arc::ptr_eq(file, other))
    }

    /// The same to be changed: those of a file are copied for it.
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
