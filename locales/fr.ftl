# Français. Vouvoiement, espace fine insécable avant : ; ! ?, guillemets « ».

## Dates
direction = ltr
language-name = Français
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
date-long = { $weekday } { $day_number ->
    [1] 1er
   *[other] { $day }
 } { $month } { $year }
time-short = { $hour } h { $minute }

## Mails (letters)

## Public pages (web)
skip-to-content = Aller au contenu
language-switch = Langue de la page
back-to-site = Retourner sur le site
error-400-title = Demande incomprise
error-400-text = Cette demande n’a pas pu être lue. Revenez à la page précédente et réessayez.
error-404-title = Page introuvable
error-404-text = Il n’y a rien à cette adresse. Le lien est peut-être incomplet : ouvrez-le depuis le message, ou copiez-le en entier.
error-405-title = Cette adresse ne s’utilise pas ainsi
error-405-text = Revenez à la page précédente et servez-vous de son bouton.
error-413-title = Trop long
error-413-text = Le formulaire envoyé est trop long. Une adresse électronique suffit.
error-429-title = Un instant
error-429-text = Trop de demandes sont arrivées à la fois. Réessayez dans une minute.
error-500-title = Un incident est survenu
error-500-text = L’erreur vient de nous, elle a été notée. Réessayez un peu plus tard.
error-503-title = Service momentanément indisponible
error-503-text = Rien n’a été enregistré. Réessayez dans quelques minutes.
error-incident = Code de l’incident : { $incident }

## Sign-up
subscribe-title = Recevoir { $newsletter }
subscribe-lead = Les nouveaux articles, { $rhythm }, dans votre boîte aux lettres électronique. Une adresse suffit ; on part en un clic.
subscribe-consent = En vous abonnant, vous acceptez de recevoir « { $newsletter } » par courriel, { $rhythm }. Chaque message contient un lien pour vous désabonner.
subscribe-button = S’abonner
subscribe-keep-button = Garder mon adresse et m’abonner
subscribe-privacy = Votre adresse ne sert qu’à cet envoi. Elle n’est transmise à personne, et rien ne suit votre lecture.
subscribe-stale = Cette page est restée ouverte longtemps, ou elle est partie un peu vite. Vérifiez votre adresse et appuyez encore une fois.
field-email = Votre adresse électronique
field-email-help = Par exemple : prenom.nom@exemple.fr
field-trap = Ne remplissez pas ce champ
error-prefix = Erreur : { $title }
error-summary = Un point à corriger
address-empty = Écrivez votre adresse électronique.
address-no-at = Il manque le signe @ dans l’adresse.
address-many-at = L’adresse contient plusieurs signes @ ; il n’en faut qu’un.
address-no-local = Il manque quelque chose avant le signe @.
address-no-domain = Il manque la fin de l’adresse, après le signe @.
address-no-dot = La fin de l’adresse n’est pas complète : il manque par exemple « .fr » ou « .com ».
address-blank = L’adresse contient une espace : enlevez-la.
address-accent = Avant le signe @, seules les lettres sans accent sont possibles.
address-local = Le début de l’adresse, avant le signe @, n’est pas valable : vérifiez les points et les signes.
address-domain = La fin de l’adresse, après le signe @, n’est pas valable : vérifiez-la.
address-too-long = L’adresse est trop longue.
address-hint = Vouliez-vous écrire « { $domain } » ?
address-hint-keep = Si votre adresse est juste, gardez-la telle quelle.
address-hint-use = Prendre { $address }
thanks-title = Presque fini
thanks-lead = Si cette adresse peut s’abonner, un message vient de partir. Ouvrez-le et confirmez votre abonnement.
thanks-more = Rien reçu d’ici quelques minutes ? Regardez parmi les indésirables.
thanks-fix = Corriger l’adresse ou recommencer
to-the-form = Aller au formulaire d’abonnement

## Rhythms
rhythm-post = à chaque nouvel article
rhythm-day = chaque jour vers { $time }
rhythm-week = chaque { $days } vers { $time }
rhythm-month = une fois par mois
list-and = { $first } et { $last }
next-digest = Prochain envoi : { $date } vers { $time }.

## Links of mails
fact-address = Adresse
link-unknown-title = Ce lien ne mène nulle part
link-unknown-lead = Il est peut-être incomplet : ouvrez-le depuis le message, ou copiez-le en entier. S’il est complet, plus rien n’est enregistré à son sujet.
preview-title = Ceci était un essai
preview-lead = Ce message était un essai : ses liens n’ont aucun effet. Dans un vrai message, chaque personne a les siens.
confirm-title = Dernière étape
confirm-lead = Vous êtes sur le point de vous abonner à « { $newsletter } », { $rhythm }.
confirm-button = Oui, je m’abonne
confirm-not-you = Ce n’est pas vous ? Fermez cette page : il ne se passera rien.
confirm-refuse = Ne plus jamais écrire à cette adresse
confirm-already-title = C’était déjà fait
confirm-already-lead = Votre abonnement à « { $newsletter } » est confirmé, tout va bien.
confirm-expired-title = Ce lien a expiré
confirm-expired-lead = { $days ->
    [one] Ce lien a plus d’un jour. Voulez-vous recevoir un nouveau message ?
   *[other] Ce lien a plus de { $days } jours. Voulez-vous recevoir un nouveau message ?
 }
confirm-again-button = M’envoyer un nouveau message
confirm-ended-title = Cet abonnement a pris fin
confirm-ended-lead = Vous ne recevez plus « { $newsletter } ». Pour revenir, inscrivez-vous à nouveau.
confirmed-title = C’est confirmé
confirmed-lead = Vous recevrez « { $newsletter } ». Merci !
confirmed-more = Chaque message contient un lien pour vous désabonner, en un clic.
leave-title = Ne plus recevoir « { $newsletter } » ?
leave-lead = Un clic, et plus aucun message ne part.
leave-button = Me désabonner
left-title = C’est fait
left-lead = Plus aucun message ne partira.
left-newsletter-lead = Plus aucun message de « { $newsletter } » ne partira.
left-mistake = Un clic de trop ?
undo-button = Annuler, je reste
undone-title = Vous êtes de nouveau là
undone-lead = Vous recevrez « { $newsletter } » comme avant.
undone-pending-lead = Votre demande d’abonnement à « { $newsletter } » est de nouveau ouverte : il reste à la confirmer par le lien reçu.
not-me-title = Ce n’était pas vous ?
not-me-lead = Quelqu’un a écrit votre adresse dans le formulaire de « { $newsletter } ». Nous pouvons l’effacer et ne plus jamais y écrire.
not-me-button = Effacer, ne plus jamais écrire
not-me-more = Il n’en restera qu’une empreinte, qui sert à refuser cette adresse et ne permet pas de la retrouver.
refused-title = C’est effacé
refused-lead = « { $newsletter } » n’écrira plus jamais à cette adresse.

## Demo
