//! How well the worked cases know the rules: one cell, edge or figure is changed at a time, and the
//! cases are run. A change that no case notices is a figure that nobody has checked.

mod literal;
mod mutants;
mod trial;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::library::Library;
use crate::library::UnknownName;
use crate::nearest::nearest;
use crate::words;
pub use mutants::Mutant;
use trial::{Fate, Trials};

/// What came of all changes, by programme or by file of a parameter.
#[derive(Debug)]
pub struct Mutation {
    /// In the order of the identifiers.
    pub groups: Vec<Group>,
}

/// What came of the changes of a programme, or of a parameter.
#[derive(Debug, Default)]
pub struct Group {
    /// The programme, as `cn/work-permit`, or the file of a parameter.
    pub id: String,
    /// How many changes some case notices.
    pub caught: usize,
    /// How many changes loading refuses, as rows that overlap; no share is taken of them.
    pub refused: usize,
    /// The changes that no case notices.
    pub survivors: Vec<Mutant>,
}

/// Why there is nothing to say.
#[derive(Debug, thiserror::Error)]
pub enum MutationError {
    /// No programme, pack or file of this name.
    #[error(transparent)]
    Unknown(UnknownName),
    /// Worked cases fail without any change.
    #[error("{} of the worked cases fail as the rules are, as `{}`", .0.len(), .0.first().map_or("", String::as_str))]
    Failing(Vec<String>),
}

impl Group {
    /// How many changes loading accepts.
    pub fn total(&self) -> usize {
        self.caught + self.survivors.len()
    }
}

impl Mutation {
    /// How many changes some case notices.
    pub fn caught(&self) -> usize {
        self.groups.iter().map(|group| group.caught).sum()
    }

    /// How many changes loading accepts.
    pub fn total(&self) -> usize {
        self.groups.iter().map(Group::total).sum()
    }

    /// How many changes loading refuses.
    pub fn refused(&self) -> usize {
        self.groups.iter().map(|group| group.refused).sum()
    }
}

impl Library {
    /// Changes the rules of a programme, of a pack or of a file one step at a time, and runs the
    /// worked cases that the change can touch. Without a filter, all rules.
    ///
    /// A step is one in the last digit that is written, up and down; one day; the other truth
    /// value; the next code of the vocabulary, and of several codes in a cell one left out.
    ///
    /// # Errors
    ///
    /// When nothing has the name, or when worked cases fail without any change.
    pub fn mutate(&self, filter: Option<&str>) -> Result<Mutation, MutationError> {
        let mutants = mutants::all(self, filter);
        if mutants.is_empty() {
            let name = filter.unwrap_or_default();
            let programmes = self.programmes().map(|programme| &*programme.id);
            let packs = self.packs().iter().map(|pack| pack.manifest.id.as_str());
            return Err(MutationError::Unknown(UnknownName {
                kind: "programme or pack with figures",
                name: name.to_owned(),
                nearest: nearest(name, programmes.chain(packs)).map(words::same),
            }));
        }
        let trials = Trials::start(self, &mutants).map_err(MutationError::Failing)?;
        let fates: Vec<(Mutant, Fate)> = mutants
            .into_par_iter()
            .map(|mut mutant| {
                let fate = trials.run(&mut mutant);
                (mutant, fate)
            })
            .collect();
        let mut groups: BTreeMap<Arc<str>, Group> = BTreeMap::new();
        for (mutant, fate) in fates {
            let id = mutant.group.to_string();
            let group = groups
                .entry(mutant.group.clone())
                .or_insert_with(|| Group { id, ..Group::default() });
            match fate {
                Fate::Caught => group.caught += 1,
                Fate::Refused => group.refused += 1,
                Fate::Survived => group.survivors.push(mutant),
            }
        }
        Ok(Mutation { groups: groups.into_values().collect() })
    }
}
