//! What stands in Salesforce of a call, in French.

use crate::catalogue::Tasks;

pub(super) const TASKS: Tasks = Tasks {
    inbound: |number| format!("Appel du {number}"),
    outbound: |number| format!("Appel au {number}"),
    internal: |number| format!("Appel interne, {number}"),
    unknown_number: "numéro inconnu",
    answered: "Répondu",
    transferred: "Transféré",
    no_answer: "Pas de réponse",
    busy: "Occupé",
    declined: "Refusé",
    missed: "Manqué",
    cancelled: "Raccroché avant la réponse",
    failed: "Échec",
};
