//! Tests of cases.

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod common;
#[cfg(test)]
mod competence;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod export;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod life;
#[cfg(test)]
mod procedures;
#[cfg(test)]
mod random;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod together;
