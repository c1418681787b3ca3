//! The demo's companies as customers: accounts, their people, and whom they have to do with.

use vigie_proto::routing::{
    AccountEntry, AccountLevel, AccountRef, Address, AssignManagerRequest, GetManagerRequest, Person,
    PersonRole, RegisterAccountRequest, RegisterPersonRequest, Segment, account_ref,
};

use super::at;
use super::days::Days;
use super::house::{MATHILDE, Manager, YASMINE};
use crate::client::{Client, prompt};
use crate::demo::fiction::{self, COMPANIES, Company, Line};
use crate::error::Error;

/// Digits of a SIREN, with which a SIRET begins.
const SIREN_DIGITS: usize = 9;

/// What routing knows of a company beside what its lines say.
pub(super) struct Customer {
    segments: &'static [Segment],
    street: &'static str,
    postal_code: &'static str,
    town: &'static str,
    /// Who manages its fleet.
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    /// Where that person calls from.
    pub(super) number: &'static str,
    manager: Manager,
}

/// In the order of the companies.
pub(super) const CUSTOMERS: [Customer; 5] = [
    Customer {
        segments: &[Segment::LargeAccount],
        street: "12 rue des Écluses",
        postal_code: "59500",
        town: "Douai",
        given_name: "Solène",
        family_name: "Ferrand",
        number: "+33199002001",
        manager: MATHILDE,
    },
    Customer {
        segments: &[Segment::SmeFleet],
        street: "4 place du Sornin",
        postal_code: "42190",
        town: "Charlieu",
        given_name: "Bastien",
        family_name: "Roche",
        number: "+33199002002",
        manager: YASMINE,
    },
    Customer {
        segments: &[Segment::SmeFleet, Segment::BusinessFixed],
        street: "7 quai des Charpentiers",
        postal_code: "29900",
        town: "Concarneau",
        given_name: "Nolwenn",
        family_name: "Keryell",
        number: "+33199002003",
        manager: YASMINE,
    },
    Customer {
        segments: &[Segment::SmeFleet],
        street: "3 chemin des Cannes",
        postal_code: "97470",
        town: "Saint-Benoît",
        given_name: "Ketty",
        family_name: "Hoareau",
        number: "+33199002004",
        manager: YASMINE,
    },
    Customer {
        segments: &[Segment::SmeFleet, Segment::BusinessFixed],
        street: "21 rue aux Juges",
        postal_code: "76000",
        town: "Rouen",
        given_name: "Edgar",
        family_name: "Vauquelain",
        number: "+33199002005",
        manager: YASMINE,
    },
];

/// Registers all, and the end user who holds `line`; those of an interrupted first start are there already.
pub(super) async fn register(operator: &Client, days: &Days, line: &Line) -> Result<(), Error> {
    for (company, customer) in COMPANIES.iter().zip(&CUSTOMERS) {
        register_account(operator, company, customer).await?;
        let person = Person {
            account_id: company.account_id().to_string(),
            user_id: company.manager.to_owned(),
            given_name: customer.given_name.to_owned(),
            family_name: customer.family_name.to_owned(),
            roles: vec![PersonRole::FleetManager.into(), PersonRole::ContractManager.into()],
            numbers: vec![customer.number.to_owned()],
            ..Person::default()
        };
        register_person(operator, person).await?;
        assign(operator, days, company, &customer.manager).await?;
    }
    let (given_name, family_name) = names_of(&line.entry.user_id);
    let user = Person {
        account_id: line.entry.account_id.clone(),
        user_id: line.entry.user_id.clone(),
        given_name,
        family_name,
        roles: vec![PersonRole::EndUser.into()],
        numbers: vec![line.entry.msisdn.clone()],
        ..Person::default()
    };
    register_person(operator, user).await
}

async fn register_account(operator: &Client, company: &Company, customer: &Customer) -> Result<(), Error> {
    let account = AccountEntry {
        account_id: company.account_id().to_string(),
        level: AccountLevel::Company.into(),
        name: company.name.to_owned(),
        siren: company.site.get(..SIREN_DIGITS).unwrap_or_default().to_owned(),
        segments: customer.segments.iter().map(|segment| (*segment).into()).collect(),
        address: Some(Address {
            lines: vec![customer.street.to_owned()],
            postal_code: customer.postal_code.to_owned(),
            town: customer.town.to_owned(),
            ..Address::default()
        }),
        customer_since: at(CUSTOMER_SINCE),
        ..AccountEntry::default()
    };
    let request = RegisterAccountRequest { request_id: id("account", company.name), account: Some(account) };
    operator.accounts().register_account(prompt(request)).await?;
    Ok(())
}

/// 1 March 2019, at the beginning of the day in Paris.
const CUSTOMER_SINCE: jiff::Timestamp = jiff::Timestamp::constant(1_551_394_800, 0);

async fn register_person(operator: &Client, mut person: Person) -> Result<(), Error> {
    person.person_id = id("person", &person.user_id);
    let request =
        RegisterPersonRequest { request_id: id("person registered", &person.user_id), person: Some(person) };
    operator.accounts().register_person(prompt(request)).await?;
    Ok(())
}

/// Names the account manager, unless there is one already.
async fn assign(operator: &Client, days: &Days, company: &Company, manager: &Manager) -> Result<(), Error> {
    let account = Some(by_id(company));
    let request = GetManagerRequest { account: account.clone(), at: None };
    let named = operator.accounts().get_manager(prompt(request)).await?.into_inner();
    if named.assignment.is_some() {
        return Ok(());
    }
    let request = AssignManagerRequest {
        request_id: id(&format!("assignment of {}", days.year()), company.name),
        account,
        staff_id: manager.id().to_string(),
        effective_from: at(days.of_year(-1, 2, 1)?),
        ..AssignManagerRequest::default()
    };
    operator.accounts().assign_manager(prompt(request)).await?;
    Ok(())
}

fn by_id(company: &Company) -> AccountRef {
    AccountRef { account: Some(account_ref::Account::AccountId(company.account_id().to_string())) }
}

/// A user id has a person's names in it, as user ids are written.
pub(super) fn names_of(user_id: &str) -> (String, String) {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    let mut words = user_id.split('.').map(capital);
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}

fn id(what: &str, name: &str) -> String {
    fiction::id(&format!("contacts/{what}/{name}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_who_calls_is_the_company_s_fleet_manager() {
        for (company, customer) in COMPANIES.iter().zip(&CUSTOMERS) {
            let names = [customer.given_name, customer.family_name].map(vigie_fiction::plain);
            assert_eq!(names.join("."), company.manager);
            assert!(company.town.starts_with(customer.town), "{}", company.town);
        }
    }

    #[test]
    fn a_user_id_gives_names() {
        assert_eq!(names_of("adele.abgrall.8"), ("Adele".to_owned(), "Abgrall".to_owned()));
    }
}
