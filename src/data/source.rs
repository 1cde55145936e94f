//! The bytes of a data file on their way to the CSV reader: hashed, and their lines counted.
//!
//! The CSV reader's own line of a record is the one where the record before it ended, which is not
//! where a person finds it after an empty line.

use super::faults::Line;
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
}

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
        }
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
        let n = self.inner.read(buffer)?;
        let bytes = &buffer[..n];
        self.hasher.update(bytes);
        bytes.iter().for_each(|&byte| self.count(byte));
        Ok(n)
    }
}
