//! Starts runs in the lanes of a stack, and clears lanes of ended runs.

use super::arena::TensorFloat;
use super::kernel::MOST_LANES;
use super::lane::{Lane, OptimizerSchedule, StepStatus};
use super::region::Region;
use super::rows::RowTables;
use super::training::{IndexedJob, Stack, Stream};
use crate::trace::{Layer, Real};
use crate::train::batches::Batches;
use crate::train::components::init;
use crate::train::components::layers::{LayerPlan, described};
use crate::train::dropout;
use crate::train::recorder::observe::neuron_spread;
use crate::train::recorder::outputs::Probe;
use crate::train::recorder::record::Record;
use crate::train::schedule::{LOOKS, Schedule};
use crate::train::{Cancellation, Job};
use candle_core::Result;

impl<'a, T: TensorFloat> Stack<'a, T> {
    /// Puts runs into free lanes as long as there are any, and records what is known before training.
    pub(super) fn fill(&mut self, jobs: Vec<IndexedJob<'a>>, control: &Cancellation) -> Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let mut streams: Vec<usize> = Vec::new();
        let free: Vec<usize> = (0..T::LANES).filter(|i| self.lanes[*i].is_none()).collect();
        let mut begun = Vec::with_capacity(jobs.len());
        for (lane, (place, job)) in free.into_iter().zip(jobs) {
            let probe = Probe::new(&job);
            let stream = self.stream(&job, &mut streams);
            let layers = self.place(lane, &job, &probe)?;
            begun.push((lane, place, job, probe, stream, layers));
        }
        let mut answers = self.evaluator().answers(self.probe_rows)?;
        for (i, place, job, probe, stream, layers) in begun {
            let Some(tables) = self.tables[i].clone() else {
                continue;
            };
            let start = std::mem::take(&mut answers[i]);
            let schedule = Schedule::new(job.settings, tables.train.rows);
            let optimizer = OptimizerSchedule::new(job.settings, schedule.budget);
            optimizer.begin(i, &mut self.rates);
            if let Some(drops) = &mut self.drops {
                let layers = self.layout.layers.iter();
                let keys = layers.map(|layer| dropout::key(job.seed, &layer.plan.name));
                drops.begin(i, job.settings.dropout, keys);
            }
            let parameters = self.layout.parameters as u64;
            let mut record = Record::new(
                &job,
                T::ENGINE,
                schedule,
                layers,
                parameters,
                (probe, start),
            );
            if record.wants_weights(0, false) {
                record.weights(0, false, self.numbers(i)?);
            }
            self.lanes[i] = Some(Lane {
                place,
                record,
                tables,
                stream,
                step: 0,
                deadline: control.deadline(),
                optimizer,
                status: StepStatus::default(),
            });
        }
        Ok(())
    }

    /// Returns the batch stream for a job: one that just started with the same seed, or a new one.
    fn stream(&mut self, job: &Job, begun: &mut Vec<usize>) -> usize {
        let same = |i: &&usize| {
            let stream = self.streams[**i].as_ref();
            stream.is_some_and(|stream| stream.seed == job.seed)
        };
        if let Some(i) = begun.iter().find(same) {
            return *i;
        }
        let used = |i: &usize| {
            let lanes = self.lanes.iter().flatten();
            begun.contains(i) || lanes.map(|lane| lane.stream).any(|used| used == *i)
        };
        // There are as many streams as lanes.
        let i = (0..MOST_LANES).find(|i| !used(i)).unwrap_or(0);
        let rows = job.data.as_ref().map_or(0, |data| data.train.len());
        self.streams[i] = Some(Stream {
            seed: job.seed,
            batches: Batches::new(job.settings, job.seed, rows),
        });
        begun.push(i);
        i
    }

    /// Copies rows and initial weights of a run to its lane. Returns its layers before training.
    fn place(&mut self, lane: usize, job: &Job<'a>, probe: &Probe) -> Result<Vec<Layer>> {
        let others = self.tables.iter().flatten();
        let tables = job
            .data
            .as_ref()
            .map(|data| RowTables::of(job, data, probe, others));
        let of_class = tables.iter().flat_map(|tables| &tables.of_class);
        let column = self.class_weights.iter_mut().skip(lane);
        for (weight, of_class) in column.step_by(T::LANES).zip(of_class) {
            *weight = T::of(*of_class);
        }
        self.tables[lane] = tables;
        let layout = &self.layout;
        let plan: Vec<LayerPlan> = layout
            .layers
            .iter()
            .map(|layer| layer.plan.clone())
            .collect();
        let mut described = described(job.settings, &plan);
        self.arena.on_state(|state: &mut [T], _: &[T]| {
            let mut put = |region: Region, values: &[f64]| {
                let column = region.of_mut(state).iter_mut().skip(lane);
                let column = column.step_by(T::LANES);
                for (number, value) in column.zip(values) {
                    *number = T::of(*value);
                }
            };
            for (layer, described) in layout.layers.iter().zip(&mut described) {
                let plan = &layer.plan;
                let (n_in, n_out) = (plan.inputs, plan.outputs);
                let start = init::draw(job.settings.init, job.seed, &plan.name, n_in, n_out);
                let weight: Vec<f64> = start.weight.iter().map(|w| T::of(*w).wide()).collect();
                described.neuron_spread = Some(Real(neuron_spread(&weight, n_out)));
                let given = job.settings.output_bias.filter(|_| plan.name == "output");
                put(layer.weight, &start.weight);
                put(
                    layer.bias,
                    &given.map_or(start.bias, |bias| vec![bias; n_out]),
                );
            }
            for norm in layout.norms() {
                let ones = vec![1.0; norm.columns];
                put(norm.gamma, &ones);
                if let Some(batch) = &norm.batch {
                    put(batch.running_variance, &ones);
                }
            }
        })?;
        Ok(described)
    }

    /// Clears the lane of an ended run. A lane of zeros that does not change costs its neighbors nothing, even if the
    /// run had nonfinite numbers.
    pub(super) fn clear(&mut self, lane: usize) -> Result<()> {
        self.tables[lane] = None;
        self.rates.stop(lane);
        let zero = |numbers: &mut [T]| {
            let column = numbers.iter_mut().skip(lane).step_by(T::LANES);
            column.for_each(|number| *number = T::of(0.0));
        };
        self.arena
            .on_state(|state: &mut [T], _: &[T]| zero(state))?;
        self.arena.on_work(|work: &mut [T], _: &[T]| zero(work))
    }

    /// Returns how many lanes to fill again, if that pays. This needs all runs at the end of an epoch, so that
    /// batches have equal size in all lanes. It also needs enough new runs: their share of a separate stack must cost
    /// more than measuring them at different steps than the others.
    pub(super) fn worth_filling(&self) -> Option<usize> {
        let mut lanes = self.lanes.iter().flatten();
        let one = lanes.next()?;
        let (schedule, tables) = (one.record.schedule(), &one.tables);
        if !one.step.is_multiple_of(schedule.steps_per_epoch) {
            return None;
        }
        let free = T::LANES - 1 - lanes.count();
        // The unit is rows in a forward pass; a step also has a backward pass.
        let step = 3 * self.layout.batch;
        let share = schedule.steps as usize * step * free / T::LANES;
        let looks = LOOKS * (tables.train.rows + tables.validation.rows);
        (share > looks).then_some(free)
    }
}
