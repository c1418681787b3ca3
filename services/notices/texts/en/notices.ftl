# What customers read. Each text says what happened, what comes next and when.

greeting = Hello{ $name ->
    [none] { "" }
   *[other] { " " }{ $name }
},

signature =
    Your business customer service
    This message was sent automatically.

repeat-note = You may have received this message already: our system was interrupted while sending it.

-reason-loss = the reported loss
-reason-theft = the reported theft
-reason-other = a request of your company
-reason-unpaid = an unpaid invoice
-reason-freeze = a commercial suspension

line-barred-subject = Line { $line }: suspended
line-barred-body =
    The line { $line } has been suspended since { $at }.
    Reason: { $reason ->
        [LOSS] { -reason-loss }
        [THEFT] { -reason-theft }
        [UNPAID] { -reason-unpaid }
        [COMMERCIAL_FREEZE] { -reason-freeze }
       *[OTHER] { -reason-other }
    }. Request received on { $received-at }, reference { $reference }.

    The network was read back: the line neither makes nor receives calls, messages or data. Emergency numbers can still be reached.

    { $reason ->
        [LOSS] If the phone is found, its user or a manager may ask for the line to be reinstated at any time, after a second check of identity; it takes effect at once.
        [THEFT] A manager may ask for the line to be reinstated at any time, with a new SIM card or by attesting that the phone was recovered; it takes effect at once. Send us the police declaration: the device will be blocked within 4 business days.
        [UNPAID] The line is reinstated as soon as the payment is recorded.
       *[OTHER] A manager may ask for the line to be reinstated at any time; it takes effect at once.
    }

line-reinstated-subject = Line { $line }: back in service
line-reinstated-body =
    The line { $line } has been back in service since { $at }. Request received on { $received-at }, reference { $reference }.
    The reason that was lifted: { $reason ->
        [LOSS] { -reason-loss }
        [THEFT] { -reason-theft }
        [UNPAID] { -reason-unpaid }
        [COMMERCIAL_FREEZE] { -reason-freeze }
       *[OTHER] { -reason-other }
    }.

    The network was read back: the line works again, and nothing is left for you to do. If this request was not yours, have the line suspended right away: it is possible at any hour and takes effect at once.

line-pending-subject = Line { $line }: request recorded, waiting for the network
line-pending-body =
    Your request to { $act ->
        [REINSTATE] reinstate
       *[SUSPEND] suspend
    } the line { $line }, received on { $received-at } (reference { $reference }), is recorded, but the network has not confirmed it yet. Reason: { $reason ->
        [LOSS] { -reason-loss }
        [THEFT] { -reason-theft }
        [UNPAID] { -reason-unpaid }
        [COMMERCIAL_FREEZE] { -reason-freeze }
       *[OTHER] { -reason-other }
    }.

    Our engineers have been alerted and the request is repeated without pause until it is confirmed; there is nothing for you to do. A message will tell you as soon as it has taken effect.

reinstatement-asked-subject = Line { $line }: a suspension for { $reason ->
    [THEFT] theft
   *[LOSS] loss
} is being lifted
reinstatement-asked-body =
    On { $received-at } somebody asked to lift the suspension of the line { $line } for { $reason ->
        [THEFT] theft
       *[LOSS] loss
    }, reference { $reference }. You are told as the second contact.

    { $remains ->
        [YES] Other reasons remain: the line stays suspended until they are lifted.
       *[NO] The line is back in service as soon as the network confirms it, usually within seconds.
    } If this request surprises you, have the line suspended right away: it is possible at any hour and takes effect at once.

manager-assigned-subject = Your account manager: { $manager }
manager-assigned-body =
    { $manager } is your account manager from { $from } on.
    { $manager-number ->
        [none] { "" }
       *[other] Phone: { $manager-number }
    }
    { $manager-email ->
        [none] { "" }
       *[other] Mail: { $manager-email }
    }

    From that date on you can turn to this person. We will tell you of every change.

manager-assignment-ended-subject = Your account manager is changing
manager-assignment-ended-body =
    { $manager ->
        [none] Your account manager is no longer in charge
       *[other] { $manager } is no longer your account manager
    } from { $until } on.

    We will tell you the name of the successor as soon as there is one, at the latest one business day after that date. Until then your customer service answers your requests.

manager-cover-began-subject = Your account manager: { $manager } steps in
manager-cover-began-body =
    { $cause ->
        [LEFT] Your account manager has left.
       *[ABSENCE] Your account manager is away.
    } { $manager } steps in from { $from } on.
    { $manager-number ->
        [none] { "" }
       *[other] Phone: { $manager-number }
    }
    { $manager-email ->
        [none] { "" }
       *[other] Mail: { $manager-email }
    }

    { $until ->
        [none] We will tell you as soon as your account manager is back or a new one is named.
       *[other] This lasts until { $until }; we will tell you when your account manager is back.
    }

manager-cover-ended-subject = Your account manager is back
manager-cover-ended-body =
    { $manager ->
        [none] Your usual account manager is in charge again
       *[other] { $manager } is your account manager again
    } from { $from } on. The cover ends then; your open requests are carried on.

    We will tell you of every change.

contact-point-changed-subject = Changes from { $from } on: how to reach us
contact-point-changed-body =
    { $what ->
        [TERMS] From { $from } on, the hours or the tariff of { $before } change.
       *[PLACE] From { $from } on, { $channel ->
            [PHONE] the number that you reach us at
            [EMAIL] the mail address that you reach us at
            [POST] the postal address that you write to
           *[OTHER] the address that you reach us at
        } changes: { $before } becomes { $after }.
    }
    { $tariff ->
        [none] { "" }
       *[other] Tariff from then on: { $tariff }
    }

    Nothing changes until then and there is nothing for you to do; remember to update your directories before that date. Your customer area shows the hours.

contact-point-retired-subject = Closing from { $from } on: { $before }
contact-point-retired-body =
    { $channel ->
        [PHONE] The number
       *[OTHER] The address
    } { $before } will be out of service from { $from } on.

    Nothing changes until then. After that, your other ways to reach us stay open; your customer area shows them with their hours.
