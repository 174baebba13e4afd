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
mail-leave-short = Se désabonner
mail-leave = Se désabonner de { $name }
mail-leave-text = Se désabonner de { $name } :
mail-from = Envoyé par { $name }
mail-contact = Contact :
mail-site = Site :
mail-why-digest = Vous recevez ce message parce que cette adresse est abonnée à { $name }.
mail-why-confirm = Vous recevez ce message parce que cette adresse a été indiquée dans le formulaire d’abonnement de { $name }. Sans confirmation, il n’y en aura pas d’autre.
mail-why-already = Vous recevez ce message parce que cette adresse, déjà abonnée à { $name }, a été indiquée une fois de plus dans le formulaire d’abonnement.
mail-why-link = Vous recevez ce message parce qu’il a été demandé pour cette adresse, abonnée à { $name }.
mail-why-notice = Vous recevez ce message parce que vous éditez { $name }.
mail-digest-subject = { $count ->
    [one] { $lead } et { $number } autre
   *[other] { $lead } et { $number } autres
 }
mail-digest-posts = { $count ->
    [one] { $number } nouvel article
   *[other] { $number } nouveaux articles
 }
mail-digest-by = Par { $name }
mail-digest-read-on = Lire la suite sur { $name }
mail-digest-read-there = Lire cet article sur { $name }
mail-digest-rest = { $count ->
    [one] Et encore { $number } article sur le site.
   *[other] Et encore { $number } articles sur le site.
 }
mail-test-banner = Ceci est un essai, envoyé à vous seul. Les abonnés recevront le même message ; ici, le lien de désabonnement ne fait rien.
mail-confirm-subject = Confirmez votre abonnement à { $name }
mail-confirm-preheader = { $count ->
    [one] Un clic suffit. Ce lien est valable { $number } jour.
   *[other] Un clic suffit. Ce lien est valable { $number } jours.
 }
mail-confirm-asked = Quelqu’un, vous sans doute, souhaite recevoir { $name } à cette adresse. Il ne manque que votre accord.
mail-confirm-asked-on = La demande vient de la page d’abonnement de { $name }.
mail-confirm-button = Confirmer mon abonnement
mail-confirm-open = Pour confirmer, ouvrez cette adresse :
mail-confirm-copy = Si le bouton ne répond pas, copiez cette adresse dans votre navigateur :
mail-confirm-days = { $count ->
    [one] Ce lien est valable { $number } jour.
   *[other] Ce lien est valable { $number } jours.
 }
mail-confirm-not-you = Ce n’était pas vous ? Ne faites rien : rien d’autre ne vous sera envoyé.
mail-confirm-never = Ce n’était pas moi, ne plus jamais m’écrire
mail-confirm-never-text = Pour que plus personne ne puisse nous faire écrire à cette adresse :
mail-already-subject = Cette adresse reçoit déjà { $name }
mail-already-preheader = Il n’y a rien à faire, votre abonnement est en place.
mail-already-asked = Quelqu’un, vous sans doute, vient de demander à recevoir { $name } à cette adresse. C’est déjà le cas : il n’y a rien à faire.
mail-already-leave = Vous n’en voulez plus ?
mail-already-leave-text = Vous n’en voulez plus ? Pour vous désabonner :
mail-link-subject = Votre lien pour { $name }
mail-link-preheader = Voici le lien que vous avez demandé ; il n’appartient qu’à vous.
mail-link-asked = Voici le lien demandé pour cette adresse, abonnée à { $name }.
mail-link-preferences = Changer mes réglages
mail-link-preferences-text = Changer vos réglages :
mail-link-private = Ce lien agit pour votre abonnement : ne le transmettez à personne.
mail-notice-label-subject = Objet :
mail-notice-label-slot = Envoi prévu :
mail-notice-label-recipients = Abonnés concernés :
mail-notice-label-reason = Motif :
mail-notice-commands = Vous pouvez taper :
mail-notice-digest-waiting-subject = { $name } : un envoi attend votre accord
mail-notice-digest-waiting-body = Le prochain envoi de { $name } est prêt. Il partira dès que vous l’aurez approuvé, et pas avant.
mail-notice-digest-failed-subject = { $name } : un envoi n’a pas pu être préparé
mail-notice-digest-failed-body = Le prochain envoi de { $name } n’a pas pu être mis en forme. Personne n’a rien reçu, et les articles restent en attente.
mail-notice-digest-paused-subject = { $name } : un envoi est en pause
mail-notice-digest-paused-body = Le serveur de messagerie a refusé plusieurs messages de suite. L’envoi de { $name } s’est arrêté de lui-même ; personne n’est perdu, et il reprendra là où il en est.
mail-notice-digest-skipped-subject = { $name } : un envoi n’a pas eu lieu
mail-notice-digest-skipped-body = Un envoi prévu de { $name } a été sauté. Le prochain aura lieu à sa date.
mail-notice-posts-held-subject = { $name } : des articles attendent votre avis
mail-notice-posts-held-body = Des articles de { $name } sont retenus : trop nombreux à la fois, ou trop anciens. Ils ne partiront pas sans vous.
mail-notice-feed-failing-subject = { $name } : le flux ne répond plus
mail-notice-feed-failing-body = Le flux de { $name } n’a pas pu être lu depuis un moment. Les nouveaux articles n’y sont pas vus.

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
