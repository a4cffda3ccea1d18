//! The metrics that every site has, as the handbook's table lists them.

use super::kinds::KINDS;
use super::model::{Aggregate, Condition, Metric, Once, Source, Town};

/// Each line: the id, what is counted with a condition (or which two metrics are divided), how, what counts once, and the date that decides where it is not
/// `date`.
const TABLE: &str = "
study.all                   study                              count               usual
study.center-group          study:form=center-group            count               usual
study.public-talk           study:form=public-talk             count               usual
study.night-school          study:form=night-school            count               usual
study.party-school-lecture  study:form=party-school-lecture    count               usual
study.leader-lecture        study:form=leader-lecture          count               usual
study.party-day             study:form=party-day               count               usual
study.committee             study:form=committee               count               usual
study.attendees             study                              sum:attendees       event
coverage.all                coverage                           count               usual
coverage.national           coverage:level=national            count               usual
coverage.provincial         coverage:level=provincial          count               usual
coverage.municipal          coverage:level=municipal           count               usual
coverage.district           coverage:level=district            count               usual
submission.all              submission                         count               usual
submission.adopted          submission:adopted                 count               usual       adopted
submission.rate             submission.adopted/submission.all  percent            usual
video.all                   video                              count               usual
video.views                 video                              sum:views           usual
video.likes                 video                              sum:likes           usual
video.comments              video                              sum:comments        usual
video.shares                video                              sum:shares          usual
staff.all                   roster:staff                       count               usual
staff.liaison               roster:staff:role=liaison          count               usual
response.all                response                           count               usual
response.answered           response:answered                  count               usual       answered
response.days               response                           mean-days           usual       answered
role-model.all              role-model                         count               usual
role-model.national         role-model:honor_level=national    count               usual
role-model.provincial       role-model:honor_level=provincial  count               usual
role-model.municipal        role-model:honor_level=municipal   count               usual
role-model.district         role-model:honor_level=district    count               usual
role-model.town             role-model:honor_level=town        count               usual
role-model.village          role-model:honor_level=village     count               usual
civility.all                civility                           count               usual
civility.good-neighbour     civility:campaign=good-neighbour   count               usual
civility.civilised-family   civility:campaign=civilised-family count               usual
civility.family-style       civility:campaign=family-style     count               usual
civility.family-motto       civility:campaign=family-motto     count               usual
civility.households         civility                           sum:households      event
volunteer.sessions          volunteer                          count               usual
volunteer.participants      volunteer                          sum:participants    event,team
volunteer.hours             volunteer                          sum:hours           event,team
volunteer.beneficiaries     volunteer                          sum:beneficiaries   event,team
volunteer.teams             volunteer                          distinct:team       event
volunteer.villages          volunteer                          distinct:village    event
teams.all                   roster:teams                       count               usual
teams.town                  roster:teams:scope=town            count               usual
teams.village               roster:teams:scope=village         count               usual
teams.villages              roster:teams:scope=village         distinct:village    usual
culture.all                 culture                            count               usual
culture.gala                culture:form=gala                  count               usual
culture.opera-tour          culture:form=opera-tour            count               usual
culture.lecture-hall        culture:form=lecture-hall          count               usual
culture.festival            culture:form=festival              count               usual
culture.exhibition          culture:form=exhibition            count               usual
culture.audience            culture                            sum:audience        event
troupes.all                 roster:troupes                     count               usual
market.all                  market                             count               usual
";

/// All metrics of the town: the built-in ones, that of its own kind, its own.
pub(super) fn all_metrics(town: &Town) -> Vec<Metric> {
    let lines = TABLE.lines().filter(|line| !line.is_empty());
    lines.map(metric_of_line).chain(town.metrics.iter().cloned()).collect()
}

fn metric_of_line(line: &'static str) -> Metric {
    let words: Vec<&'static str> = line.split_whitespace().collect();
    if let Some((dividend, divisor)) = words[1].split_once('/') {
        let line_of = |id: &str| TABLE.lines().find(|line| line.split_whitespace().next() == Some(id));
        let metric = |id: &str| metric_of_line(line_of(id).expect("a metric of the table"));
        return Metric {
            id: words[0].to_owned(),
            of: Source::Percent(Box::new([metric(dividend), metric(divisor)])),
            conditions: Vec::new(),
            aggregate: Aggregate::Count,
            once: Once::Usual,
            dated: None,
            as_of: None,
        };
    }
    let (roster, source) = match words[1].strip_prefix("roster:") {
        Some(rest) => (true, rest),
        None => (false, words[1]),
    };
    let (subject, condition) = source
        .split_once(':')
        .map_or((source, None), |(subject, condition)| (subject, Some(condition)));
    let conditions = condition.map(|condition| match condition.split_once('=') {
        Some((field, value)) => Condition::OneOf(field, vec![value.to_owned()], true),
        None => Condition::Given(condition, true),
    });
    let aggregate = match words[2].split_once(':') {
        Some(("sum", field)) => Aggregate::Sum(field),
        Some((_, field)) => Aggregate::Distinct(field),
        None if words[2] == "mean-days" => Aggregate::MeanDays("received", "answered"),
        None => Aggregate::Count,
    };
    let once = match words[3] {
        "usual" => Once::Usual,
        fields => Once::Fields(fields.split(',').collect()),
    };
    Metric {
        id: words[0].to_owned(),
        of: if roster {
            Source::Rows(subject)
        } else {
            Source::Posts(vec![subject])
        },
        conditions: conditions.into_iter().collect(),
        aggregate,
        once,
        dated: words.get(4).copied(),
        as_of: (subject == "video" && words[2] != "count").then_some("counted_on"),
    }
}

/// Whether posts of the kind are about events: a session that several posts may tell of.
pub(super) fn is_event_kind(kind: &str) -> bool {
    // Role models, videos, concerns and submissions count by posts, coverage by pieces.
    let others = ["role-model", "video", "response", "submission", "coverage"];
    KINDS.iter().any(|one| one.id == kind) && !others.contains(&kind)
}
