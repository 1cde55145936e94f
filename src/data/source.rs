//! The bytes of a data file on their way to the CSV reader: hashed, and their lines counted.
//!
//! The CSV reader's own line of a record is the one where the record before it ended, which is not
//! where a person finds it after an empty line.

use super::faults::Line;
use crate::spec::limits;
use std::collections::VecDeque;
use std::io::{self, Read};

/// A file that is being read.
pub(super) struct Source<R> {
    inner: R,
    hasher: blake3::Hasher,
    offset: u64,
    line: usize,
    at_start: bool,
    after_return: bool,
    /// Every line that is not empty, from the one that was last asked for to the end of what was
    /// read.
    starts: VecDeque<Line>,
    /// The byte before which the last record ended.
    record: u64,
}

/// Longest record that is read: what is longer has lost its line ends, and would fill the memory.
const LONGEST: u64 = limits::RECORD.most as u64;

impl<R: Read> Source<R> {
    pub fn new(inner: R) -> Self {
        Source {
            inner,
            hasher: blake3::Hasher::new(),
            offset: 0,
            line: 1,
            at_start: true,
            after_return: false,
            starts: VecDeque::new(),
            record: 0,
        }
    }

    /// Is told whenever a record has been taken out of what was read.
    pub fn record_ends(&mut self) {
        self.record = self.offset;
    }

    /// The line at which a record starts that is too long, if that is why nothing more was read.
    pub fn too_long(&self) -> Option<Line> {
        // Of the records before, the last one's line is still there.
        let after = if self.record > 0 {
            self.starts.get(1)
        } else {
            None
        };
        let line = after.or(self.starts.front());
        line.copied()
            .filter(|_| self.offset - self.record > LONGEST)
    }

    /// The first line that is not empty and starts at this byte or later. Offsets must not fall from
    /// call to call.
    pub fn line_from(&mut self, offset: u64) -> Line {
        while self.starts.len() > 1 && self.starts[0].start < offset {
            self.starts.pop_front();
        }
        let first = Line {
            start: 0,
            number: 1,
        };
        self.starts.front().copied().unwrap_or(first)
    }

    /// blake3 of the bytes read until now, in hexadecimal.
    pub fn digest(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    fn count(&mut self, byte: u8) {
        match byte {
            b'\n' if self.after_return => {}
            b'\n' | b'\r' => {
                self.line += 1;
                self.at_start = true;
            }
            _ if self.at_start => {
                self.starts.push_back(Line {
                    start: self.offset,
                    number: self.line,
                });
                self.at_start = false;
            }
            _ => {}
        }
        self.after_return = byte == b'\r';
        self.offset += 1;
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.offset - self.record > LONGEST {
            return Err(io::Error::other("a record has no end"));
        }
        let n = self.inner.read(buffer)?;
        let bytes = &buffer[..n];
        self.hasher.update(bytes);
        bytes.iter().for_each(|&byte| self.count(byte));
        Ok(n)
    }
}
