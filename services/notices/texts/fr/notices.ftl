# Ce que les clients lisent. Chaque texte dit ce qui s'est passé, ce qui suit et quand.

greeting = Bonjour{ $name ->
    [none] { "" }
   *[other] { " " }{ $name }
},

signature =
    Votre service client Entreprises
    Ce message est envoyé automatiquement.

repeat-note = Il est possible que vous ayez déjà reçu ce message : notre système a été interrompu pendant son envoi.

-reason-loss = la perte déclarée
-reason-theft = le vol déclaré
-reason-other = une demande de votre entreprise
-reason-unpaid = un impayé
-reason-freeze = une suspension commerciale

line-barred-subject = Ligne { $line } : suspension effective
line-barred-body =
    La ligne { $line } est suspendue depuis le { $at }.
    Motif : { $reason ->
        [LOSS] { -reason-loss }
        [THEFT] { -reason-theft }
        [UNPAID] { -reason-unpaid }
        [COMMERCIAL_FREEZE] { -reason-freeze }
       *[OTHER] { -reason-other }
    }. Demande reçue le { $received-at }, référence { $reference }.

    Le réseau a été relu : la ligne n'émet et ne reçoit plus ni appels, ni messages, ni données. Les numéros d'urgence restent joignables.

    { $reason ->
        [LOSS] Si le téléphone est retrouvé, la remise en service se demande à tout moment par l'utilisateur ou un gestionnaire, avec une seconde vérification d'identité ; elle est immédiate.
        [THEFT] La remise en service se demande à tout moment par un gestionnaire, avec une nouvelle carte SIM ou l'attestation que le téléphone a été récupéré ; elle est immédiate. Transmettez-nous la déclaration de vol : l'appareil sera bloqué dans les 4 jours ouvrés.
        [UNPAID] La ligne est remise en service dès que le règlement est enregistré.
       *[OTHER] La remise en service se demande à tout moment par un gestionnaire ; elle est immédiate.
    }

line-reinstated-subject = Ligne { $line } : remise en service effective
line-reinstated-body =
    La ligne { $line } est remise en service depuis le { $at }. Demande reçue le { $received-at }, référence { $reference }.
    Le motif levé était : { $reason ->
        [LOSS] { -reason-loss }
        [THEFT] { -reason-theft }
        [UNPAID] { -reason-unpaid }
        [COMMERCIAL_FREEZE] { -reason-freeze }
       *[OTHER] { -reason-other }
    }.

    Le réseau a été relu : la ligne fonctionne de nouveau, sans autre démarche de votre part. Si vous n'êtes pas à l'origine de cette demande, faites suspendre la ligne tout de suite : c'est possible à toute heure et l'effet est immédiat.

line-pending-subject = Ligne { $line } : demande enregistrée, en attente du réseau
line-pending-body =
    Votre demande de { $act ->
        [REINSTATE] remise en service
       *[SUSPEND] suspension
    } de la ligne { $line }, reçue le { $received-at } (référence { $reference }), est enregistrée, mais le réseau ne l'a pas encore confirmée. Motif : { $reason ->
        [LOSS] { -reason-loss }
        [THEFT] { -reason-theft }
        [UNPAID] { -reason-unpaid }
        [COMMERCIAL_FREEZE] { -reason-freeze }
       *[OTHER] { -reason-other }
    }.

    Nos équipes sont alertées et la demande est répétée sans interruption jusqu'à sa confirmation ; vous n'avez rien à faire. Un message vous confirmera l'effet dès qu'il sera constaté.

reinstatement-asked-subject = Ligne { $line } : levée d'une suspension pour { $reason ->
    [THEFT] vol
   *[LOSS] perte
}
reinstatement-asked-body =
    La levée de la suspension de la ligne { $line } pour { $reason ->
        [THEFT] vol
       *[LOSS] perte
    } a été demandée le { $received-at }, référence { $reference }. Vous en êtes informé en tant que second contact.

    { $remains ->
        [YES] D'autres motifs subsistent : la ligne reste suspendue jusqu'à leur levée.
       *[NO] La ligne est remise en service dès que le réseau le confirme, en général en quelques secondes.
    } Si cette demande vous surprend, faites suspendre la ligne tout de suite : c'est possible à toute heure et l'effet est immédiat.

manager-assigned-subject = Votre interlocuteur commercial : { $manager }
manager-assigned-body =
    { $manager } est votre interlocuteur commercial à compter du { $from }.
    { $manager-number ->
        [none] { "" }
       *[other] Téléphone : { $manager-number }
    }
    { $manager-email ->
        [none] { "" }
       *[other] Adresse : { $manager-email }
    }

    Vous pouvez vous adresser à cette personne dès cette date. Nous vous préviendrons de tout changement.

manager-assignment-ended-subject = Votre interlocuteur commercial change
manager-assignment-ended-body =
    { $manager ->
        [none] Votre interlocuteur commercial ne vous suit plus
       *[other] { $manager } n'est plus votre interlocuteur commercial
    } à compter du { $until }.

    Nous vous communiquons le nom de son successeur dès sa désignation, au plus tard un jour ouvré après cette date. D'ici là, votre service client répond à vos demandes.

manager-cover-began-subject = Votre interlocuteur commercial : { $manager } assure le relais
manager-cover-began-body =
    { $cause ->
        [LEFT] Votre interlocuteur commercial a quitté ses fonctions.
       *[ABSENCE] Votre interlocuteur commercial est absent.
    } { $manager } assure le relais à compter du { $from }.
    { $manager-number ->
        [none] { "" }
       *[other] Téléphone : { $manager-number }
    }
    { $manager-email ->
        [none] { "" }
       *[other] Adresse : { $manager-email }
    }

    { $until ->
        [none] Nous vous préviendrons dès que votre interlocuteur définitif sera désigné ou de retour.
       *[other] Le relais dure jusqu'au { $until } ; nous vous préviendrons du retour de votre interlocuteur.
    }

manager-cover-ended-subject = Votre interlocuteur commercial est de retour
manager-cover-ended-body =
    { $manager ->
        [none] Votre interlocuteur commercial habituel vous suit de nouveau
       *[other] { $manager } est de nouveau votre interlocuteur commercial
    } à compter du { $from }. Le relais prend fin à cette date ; vos demandes en cours sont reprises.

    Nous vous préviendrons de tout changement.

contact-point-changed-subject = Changement à partir du { $from } : comment nous joindre
contact-point-changed-body =
    { $what ->
        [TERMS] À partir du { $from }, les horaires ou le tarif de { $before } changent.
       *[PLACE] À partir du { $from }, { $channel ->
            [PHONE] le numéro auquel vous nous joignez
            [EMAIL] l'adresse électronique à laquelle vous nous joignez
            [POST] l'adresse postale à laquelle vous nous écrivez
           *[OTHER] l'adresse à laquelle vous nous joignez
        } change : { $before } devient { $after }.
    }
    { $tariff ->
        [none] { "" }
       *[other] Tarif à partir de cette date : { $tariff }
    }

    D'ici là, rien ne change et vous n'avez rien à faire ; pensez à mettre à jour vos répertoires avant cette date. Votre espace client indique les horaires.

contact-point-retired-subject = Fermeture à partir du { $from } : { $before }
contact-point-retired-body =
    { $channel ->
        [PHONE] Le numéro
       *[OTHER] L'adresse
    } { $before } ne sera plus en service à partir du { $from }.

    Jusqu'à cette date, rien ne change. Ensuite, vos autres moyens de nous joindre restent ouverts ; votre espace client les indique avec leurs horaires.
