//! A reader of a data file that hashes bytes and counts lines for the CSV reader.
//!
//! The CSV reader reports the line where the previous record ended. After an empty line, that is not the line that an
//! editor shows.

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
    /// The starts of all nonempty lines, from the last requested one to the end of what was read.
    starts: VecDeque<Line>,
    /// The byte offset of the end of the last record.
    record: u64,
}

/// Length of the longest accepted record. A longer one has lost its line endings, and would fill the memory.
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

    /// Marks the end of a record; called whenever the CSV reader returns one.
    pub fn record_ends(&mut self) {
        self.record = self.offset;
    }

    /// Returns the line of a record that is too long, if that is why reading stopped.
    pub fn too_long(&self) -> Option<Line> {
        // The line of the previous record is still in the list.
        let after = if self.record > 0 {
            self.starts.get(1)
        } else {
            None
        };
        let line = after.or(self.starts.front());
        line.copied()
            .filter(|_| self.offset - self.record > LONGEST)
    }

    /// Returns the first nonempty line that starts at this byte or later. Offsets must not decrease between calls.
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

    /// Returns the blake3 hash of the bytes read so far, in hexadecimal.
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
            return Err(io::Error::other("the record is too long"));
        }
        let n = self.inner.read(buffer)?;
        let bytes = &buffer[..n];
        self.hasher.update(bytes);
        bytes.iter().for_each(|&byte| self.count(byte));
        Ok(n)
    }
}
