//! Ratings: their bounds, and what they can be about.

use super::*;
use crate::review::{Review, ReviewError};

#[test]
fn a_rating_is_one_to_five() {
    assert_eq!((1..=5).map(|number| stars(number).get()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    for number in [0, 6, 256, 257, u64::MAX] {
        assert_eq!(Stars::new(number).unwrap_err().code, "out_of_range", "{number}");
    }
}

#[test]
fn categories_have_the_names_of_the_log() {
    for category in Category::ALL {
        assert_eq!(serde_json::to_value(category).unwrap(), category.name());
        assert_eq!(category.name().parse(), Ok(*category));
    }
    assert_eq!("house_rules".parse::<Category>().unwrap_err().code, "unknown_category");
}

#[test]
fn of_a_guest_only_cleanliness_and_communication_can_be_said() {
    let of = |subject| Category::ALL.iter().filter(|category| category.applies_to(subject)).count();
    assert_eq!((of(Subject::Place), of(Subject::Guest)), (6, 2));
    let all = Category::ALL.iter().map(|category| (*category, stars(3))).collect();
    let opinion = Opinion { categories: all, ..opinion() };
    let told = |subject| {
        Review::default().decide(ReviewCommand::Submit(NewReview { opinion: opinion.clone(), ..facts(subject) }))
    };
    assert!(told(Subject::Place).is_ok());
    let Err(ReviewError::Unsuitable(problems)) = told(Subject::Guest) else { panic!("four say nothing of a guest") };
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["categories.accuracy", "categories.check_in", "categories.location", "categories.value"]);
}

#[test]
fn names_in_answers_are_those_in_the_log() {
    for subject in [Subject::Place, Subject::Guest] {
        assert_eq!(serde_json::to_value(subject).unwrap(), subject.name());
        assert_eq!(subject.name().parse(), Ok(subject));
    }
    for stage in [crate::review::ReviewStage::Submitted, crate::review::ReviewStage::Published] {
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.name());
        assert_eq!(stage.name().parse(), Ok(stage));
    }
}
