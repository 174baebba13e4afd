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
month-short-1 = janv.
month-short-2 = févr.
month-short-3 = mars
month-short-4 = avr.
month-short-5 = mai
month-short-6 = juin
month-short-7 = juil.
month-short-8 = août
month-short-9 = sept.
month-short-10 = oct.
month-short-11 = nov.
month-short-12 = déc.
date-long = { $weekday } { $day_number ->
    [1] 1er
   *[other] { $day }
 } { $month } { $year }
date-day = { $day_number ->
    [1] 1er
   *[other] { $day }
 } { $month } { $year }
date-short = { $day_number ->
    [1] 1er
   *[other] { $day }
 } { $month }
date-short-year = { $day_number ->
    [1] 1er
   *[other] { $day }
 } { $month } { $year }
time-short = { $hour } h { $minute }

## Mails (letters)
mail-leave-short = Se désabonner
mail-leave = Se désabonner de « { $name } »
mail-leave-text = Se désabonner de « { $name } » :
mail-settings = Changer mes réglages
mail-settings-text = Changer vos réglages :
mail-web-short = Lire dans le navigateur
mail-web = Lire dans le navigateur :
mail-from = Envoyé par { $name }
mail-contact = Contact :
mail-site = Site :
mail-why-digest = Vous recevez ce message parce que cette adresse est abonnée à « { $name } ».
mail-signed-up-label = Abonnement :
mail-signed-up-on = le { $date } sur { $name }
mail-signed-up-since = le { $date }
mail-signed-up-imported = le { $date }, à partir d’une liste existante
mail-signed-up-added = le { $date }, par l’expéditeur
mail-signed-up-example = { $line } (exemple)
mail-why-confirm = Vous recevez ce message parce que cette adresse a été indiquée dans le formulaire d’abonnement de « { $name } ». Sans confirmation de votre part, vous n’en recevrez pas d’autre.
mail-why-already = Vous recevez ce message parce que cette adresse, déjà abonnée à « { $name } », a été indiquée une fois de plus dans le formulaire d’abonnement.
mail-why-link = Vous recevez ce message parce que le lien vers les réglages de « { $name } » a été demandé pour cette adresse.
mail-why-notice = Vous recevez ce message parce que vous gérez « { $name } ».
mail-digest-subject = { $count ->
    [1] { $lead } et un autre billet
   *[other] { $lead } et { $number } autres billets
 }
mail-digest-subject-two = { $lead } et { $second }
mail-digest-posts = { $count ->
    [one] { $number } nouveau billet
   *[other] { $number } nouveaux billets
 }
mail-digest-by = Par { $name }
mail-digest-all-by = Publiés par { $name }
mail-digest-all-on = Publiés le { $name }
mail-digest-all-by-on = Publiés par { $name } le { $day }
mail-digest-links = Liens :
mail-digest-read-on = Lire la suite sur { $name }
mail-digest-read-there = Lire ce billet sur { $name }
mail-digest-rest = { $count ->
    [one] Et encore { $number } billet sur le site.
   *[other] Et encore { $number } billets sur le site.
 }
mail-embed-video = ▶ Voir la vidéo sur { $host }
mail-embed-video-named = ▶ Voir la vidéo « { $name } » sur { $host }
mail-embed-audio = ▶ Écouter sur { $host }
mail-embed-audio-named = ▶ Écouter « { $name } » sur { $host }
mail-embed-map = Voir la carte sur { $host }
mail-embed-map-named = Voir la carte « { $name } » sur { $host }
mail-embed-poll = Répondre au questionnaire sur { $host }
mail-embed-poll-named = Répondre au questionnaire « { $name } » sur { $host }
mail-embed-post = Voir la publication sur { $host }
mail-embed-post-named = Voir la publication « { $name } » sur { $host }
mail-embed-document = Ouvrir le document sur { $host }
mail-embed-document-named = Ouvrir le document « { $name } » sur { $host }
mail-embed-page = Voir ce contenu sur { $host }
mail-embed-page-named = Voir « { $name } » sur { $host }
mail-embed-minutes = { $text } ({ $number } min)
mail-embed-picture = Voir l’image en grand
mail-test-mode-banner = { $count ->
    [0] Mode test : personne d’autre n’a reçu ce message. Personne n’est encore abonné.
    [one] Mode test : personne d’autre n’a reçu ce message. En service, il serait parti vers un abonné ; ses billets l’attendent toujours.
   *[other] Mode test : personne d’autre n’a reçu ce message. En service, il serait parti vers { $number } abonnés ; ses billets les attendent toujours.
}
mail-test-banner = Ceci est un essai : aucun abonné ne l’a reçu. Le vrai message sera identique, mais ici le lien de désabonnement est sans effet.
mail-confirm-subject = Confirmez votre abonnement à « { $name } »
mail-confirm-preheader = { $count ->
    [one] Il ne reste qu’à confirmer : le lien ci-dessous est valable { $number } jour.
   *[other] Il ne reste qu’à confirmer : le lien ci-dessous est valable { $number } jours.
 }
mail-confirm-asked = Quelqu’un, sans doute vous-même, a demandé à recevoir « { $name } » à cette adresse. Il ne manque que votre accord.
mail-confirm-asked-on = La demande a été faite sur { $name }.
mail-confirm-button = Confirmer mon abonnement
mail-confirm-open = Pour confirmer, ouvrez cette adresse :
mail-confirm-copy = Si le bouton ne répond pas, copiez cette adresse dans votre navigateur :
mail-confirm-days = { $count ->
    [one] Ce lien est valable { $number } jour.
   *[other] Ce lien est valable { $number } jours.
 }
mail-confirm-not-you = Ce n’était pas vous ? Ne faites rien : vous ne recevrez rien d’autre.
mail-confirm-never = Ce n’était pas moi : ne plus jamais m’écrire
mail-confirm-never-text = Pour que nous n’écrivions plus jamais à cette adresse :
mail-already-subject = Cette adresse reçoit déjà « { $name } »
mail-already-preheader = Votre abonnement est déjà actif ; rien n’a changé.
mail-already-asked = Quelqu’un, sans doute vous-même, vient de demander à recevoir « { $name } » à cette adresse. C’est déjà le cas : il n’y a rien à faire.
mail-already-leave = Vous n’en voulez plus ?
mail-already-leave-text = Vous n’en voulez plus ? Pour vous désabonner :
mail-link-subject = Votre lien pour « { $name } »
mail-link-preheader = Ce message n’est que pour vous : ses liens s’ouvrent sans mot de passe.
mail-link-asked = Voici le lien demandé pour cette adresse. Il ouvre vos réglages de « { $name } », montre ce que nous savons de vous et permet de tout effacer.
mail-link-preferences = Changer mes réglages
mail-link-preferences-text = Changer vos réglages :
mail-link-private = Ce lien permet d’agir sur votre abonnement : ne le transmettez à personne.
mail-link-lasts = Ce lien fonctionne pendant 24 heures. Ensuite, il suffit d’en demander un autre.
mail-why-welcome = Vous recevez ce message parce que vous venez de confirmer votre abonnement à « { $name } ».
mail-welcome-subject = Bienvenue parmi les lecteurs de « { $name } »
mail-welcome-preheader = Votre abonnement est confirmé : voici ce qui vous attend.
mail-welcome-lead = Votre abonnement à « { $name } » est confirmé. Vous recevrez un message { $rhythm }. Merci de nous lire !
mail-welcome-last = Dans le dernier envoi
mail-welcome-chosen = Pour commencer
mail-welcome-settings = Moins souvent, d’autres thèmes, une pause ?
mail-welcome-settings-text = Moins souvent, d’autres thèmes, une pause ? Changez vos réglages :
mail-why-stay = Vous recevez ce message parce que cette adresse est abonnée à « { $name } », et que nous n’avons plus de nouvelles de vous depuis longtemps.
mail-stay-subject = Souhaitez-vous continuer à recevoir « { $name } » ?
mail-stay-preheader = Un clic suffit pour rester. Sans réponse, nous effaçons votre adresse.
mail-stay-asked = Vous êtes sur la liste de « { $name } » depuis longtemps, sans signe de votre part. Nous ne gardons l’adresse de personne sans raison, et nous ne suivons pas qui ouvre nos messages : nous préférons donc vous poser la question.
mail-stay-button = Oui, je reste
mail-stay-open = Pour rester, ouvrez cette adresse :
mail-stay-else = { $count ->
    [one] Sans réponse dans un délai de { $number } jour, vous ne recevrez plus rien, et nous effacerons votre adresse avec tout ce que nous savons de vous. Cette question ne vous est posée qu’une fois.
   *[other] Sans réponse dans un délai de { $number } jours, vous ne recevrez plus rien, et nous effacerons votre adresse avec tout ce que nous savons de vous. Cette question ne vous est posée qu’une fois.
 }
mail-stay-leave = Vous préférez partir dès maintenant ?
mail-why-moving = Vous recevez ce message parce que cette adresse est abonnée à « { $name } » et qu’une autre adresse vient d’être indiquée à sa place.
mail-moving-subject = « { $name } » : une autre adresse a été demandée
mail-moving-preheader = Rien ne change tant que la nouvelle adresse n’est pas confirmée.
mail-moving-asked = Quelqu’un, sans doute vous-même, souhaite recevoir « { $name } » à une autre adresse. Tant que celle-ci n’est pas confirmée, vos messages continuent d’arriver ici.
mail-moving-button = Garder mon adresse actuelle
mail-moving-was-you = C’était vous ? Il n’y a rien à faire ici : ouvrez le message envoyé à la nouvelle adresse.
mail-moving-not-you = Ce n’était pas vous ? Gardez votre adresse : la demande est alors annulée, et les liens de réglages déjà envoyés ne fonctionnent plus.
mail-why-invitation = Vous recevez ce message parce qu’une personne qui gère « { $name } » a donné cette adresse pour vous inviter.
mail-why-password-reset = Vous recevez ce message parce qu’un nouveau mot de passe a été demandé auprès de « { $name } », pour un compte à cette adresse.
mail-why-new-way = Vous recevez ce message parce que cette adresse a un compte qui permet de travailler sur « { $name } ».
mail-invitation-subject = Invitation à travailler sur « { $name } »
mail-invitation-lead = Vous êtes invité à travailler sur « { $name } ». Choisissez un mot de passe, et vous y êtes.
mail-invitation-lead-by = { $by } vous invite à travailler sur « { $name } ». Choisissez un mot de passe, et vous y êtes.
mail-invitation-button = Choisir mon mot de passe
mail-invitation-open = Pour choisir votre mot de passe, ouvrez cette adresse :
mail-invitation-days = { $count ->
    [one] Ce lien ne sert qu’une fois et pendant { $number } jour.
   *[other] Ce lien ne sert qu’une fois et pendant { $number } jours.
 }
mail-invitation-not-you = Cela ne vous dit rien ? Ne faites rien : sans vous, rien ne se passe.
mail-password-reset-subject = Votre nouveau mot de passe
mail-password-reset-lead = Un nouveau mot de passe a été demandé pour votre compte sur { $name }.
mail-password-reset-button = Choisir un nouveau mot de passe
mail-password-reset-open = Pour choisir un nouveau mot de passe, ouvrez cette adresse :
mail-password-reset-minutes = { $count ->
    [one] Ce lien ne sert qu’une fois et pendant { $number } minute.
   *[other] Ce lien ne sert qu’une fois et pendant { $number } minutes.
 }
mail-password-reset-not-you = Ce n’était pas vous ? Ne faites rien : votre mot de passe reste le même.
mail-passkey-subject = Une clé d’accès a été ajoutée à votre compte
mail-passkey-lead = Désormais, la clé d’accès « { $called } » ouvre votre compte sur { $name }.
mail-passkey-not-you = Ce n’était pas vous ? Sur la page « Mon compte », choisissez un nouveau mot de passe et retirez la clé : qui est entré par l’un ou l’autre en sort aussitôt.
mail-provider-subject = Votre compte a été relié à { $called }
mail-provider-lead = Désormais, un compte chez { $called } ouvre votre compte sur { $name }.
mail-provider-not-you = Ce n’était pas vous ? Sur la page « Mon compte », choisissez un nouveau mot de passe et mettez fin au lien : qui est entré par l’un ou l’autre en sort aussitôt.
mail-new-way-button = Voir mon compte
mail-new-way-open = Pour voir comment on entre dans votre compte, ouvrez cette adresse :
mail-new-way-was-you = C’était vous ? Il n’y a rien à faire, et vos autres façons d’entrer restent.
mail-notice-label-from = De :
mail-notice-label-subject = Objet :
mail-notice-label-slot = Envoi prévu :
mail-notice-label-recipients = Destinataires :
mail-notice-label-reason = Motif :
mail-notice-commands = Commandes utiles :
mail-notice-digest-waiting-subject = { $name } : un envoi attend votre accord
mail-notice-digest-waiting-body = Le prochain envoi de « { $name } » est prêt. Il partira dès que vous l’aurez approuvé, et pas avant.
mail-notice-digest-leaving-subject = { $name } : un envoi part à { $time }, sauf si vous l’arrêtez
mail-notice-digest-leaving-body = Le prochain envoi de « { $name } » est prêt, et part de lui-même à { $time }, tel qu’il est. S’il vous convient, vous n’avez rien à faire ; jusque-là, vous pouvez le modifier, l’arrêter, l’envoyer plus tôt ou le sauter. Ce qui est publié ou modifié sur le blog à partir de maintenant n’y entre pas de lui-même ; un billet qui y est supprimé n’est pas envoyé.
mail-notice-link-look = Le voir dans la console :
mail-notice-link-stop = L’arrêter, pour qu’il attende votre accord :
mail-notice-link-approve = L’approuver, pour qu’il parte dans une minute :
mail-notice-link-edit = Changer ce qu’il dit :
mail-notice-link-skip = Le sauter :
mail-notice-digest-failed-subject = { $name } : un envoi n’a pas pu être préparé
mail-notice-digest-failed-body = Le prochain envoi de « { $name } » n’a pas pu être préparé. Rien n’a été envoyé, et les billets restent en attente.
mail-notice-digest-unready-subject = { $name } : le premier envoi attend
mail-notice-digest-unready-body = Le premier envoi de « { $name } » à autant de personnes est prêt, et attend : quelque chose pourrait l’empêcher d’arriver. Il part de lui-même dès que le diagnostic ne trouve plus de défaut, ou quand vous le décidez.
mail-notice-digest-paused-subject = { $name } : un envoi est en pause
mail-notice-digest-paused-body = Le serveur de messagerie a refusé plusieurs messages de suite. L’envoi de « { $name } » s’est donc mis en pause de lui-même. Personne ne sera oublié : il reprendra là où il s’est arrêté.
mail-notice-digest-skipped-subject = { $name } : un envoi n’a pas eu lieu
mail-notice-digest-skipped-body = Un envoi prévu de « { $name } » a été sauté. Le suivant aura lieu à la date prévue.
mail-notice-posts-held-subject = { $name } : des billets attendent votre avis
mail-notice-posts-held-body = Des billets de « { $name } » sont retenus, parce qu’ils sont trop nombreux à la fois ou trop anciens. Ils ne partiront pas sans votre accord.
mail-notice-feed-failing-subject = { $name } : le flux ne peut plus être lu
mail-notice-feed-failing-body = Le flux de « { $name } » est illisible depuis plus d’un jour : les nouveaux billets passent inaperçus. Facteur continue d’essayer, de moins en moins souvent.
mail-notice-feed-since = depuis le { $date }
mail-notice-digest-unknown-subject = { $name } : un envoi est en pause, beaucoup d’adresses inconnues
mail-notice-digest-unknown-body = Le serveur de messagerie a déclaré inconnues plusieurs adresses de suite. C’est rarement vrai d’autant de personnes à la fois : l’envoi de « { $name } » s’est donc mis en pause de lui-même, et personne n’a été désabonné. Reprenez-le pour que ces adresses soient réessayées plus tard, ou confirmez qu’elles n’existent plus.
mail-notice-digest-unreadable-subject = { $name } : un envoi est en pause
mail-notice-digest-unsigned-subject = { $name } : un envoi est en pause
mail-notice-digest-unsigned-body = La clé qui signe les messages de « { $name } » est inutilisable : un envoi s’est donc mis en pause de lui-même plutôt que de partir sans signature. Personne ne sera oublié.
mail-notice-digest-unreadable-body = Les messages enregistrés d’un envoi de « { $name } » sont illisibles : il s’est donc mis en pause de lui-même. Personne ne sera oublié.
mail-notice-answer-came-subject = { $name } : quelqu’un a répondu
mail-notice-answer-came-body = Quelqu’un a répondu à un message de « { $name } ». Écrivez-lui vous-même s’il le faut : répondre à ce courrier vous l’enverrait à vous.
mail-notice-digest-bounces-subject = { $name } : beaucoup d’adresses n’existent pas
mail-notice-digest-bounces-body = Beaucoup de messages de « { $name } » sont revenus parce que leurs adresses n’existent pas. C’est rarement vrai d’autant de personnes à la fois : plus personne n’a été désabonné, et un envoi en cours s’est mis en pause. Regardez ce qui est revenu, puis dites si c’est vrai.
mail-notice-digest-complaints-subject = { $name } : signalée comme indésirable
mail-notice-digest-complaints-body = Des personnes abonnées à « { $name } » l’ont signalée comme indésirable à leur messagerie. Elles ne reçoivent plus rien. D’autres signalements enverraient tous vos messages dans les indésirables : regardez ce qui a été envoyé, et à qui.
mail-notice-digest-resumed-subject = { $name } : l’envoi a repris
mail-notice-digest-resumed-body = L’envoi de « { $name } » qui était en pause a repris là où il s’était arrêté.
mail-notice-digest-back-subject = { $name } : les envois ont repris
mail-notice-digest-back-body = Un envoi de « { $name } » est en cours, et les suivants auront lieu aux dates prévues.
mail-notice-posts-decided-subject = { $name } : plus aucun billet n’attend votre avis
mail-notice-posts-decided-body = Vous avez décidé du sort de tous les billets de « { $name } » qui étaient retenus.
mail-notice-feed-recovered-subject = { $name } : le flux est de nouveau lisible
mail-notice-feed-recovered-body = Facteur lit de nouveau le flux de « { $name } ». Les billets parus entre-temps feront partie du prochain envoi, s’ils sont encore dans le flux.
mail-notice-doctor-fault-subject = { $name } : les messages risquent de ne plus arriver
mail-notice-doctor-fault-body = Quelque chose dont les messages de « { $name } » ont besoin pour arriver s’est dégradé depuis le dernier examen.
mail-notice-doctor-well-subject = { $name } : de nouveau en ordre
mail-notice-doctor-well-body = Ce qui empêchait les messages de « { $name } » d’arriver est réparé.
mail-notice-doctor-loop-subject = { $name } : comment ce message arrive-t-il ?
mail-notice-doctor-loop-body = Vous avez demandé à Facteur d’envoyer ce message à une boîte qui est la vôtre, pour voir ce que son serveur pense des messages de « { $name } ». Si la boîte le transfère à Facteur, il n’y a rien à faire. Sinon, enregistrez-le avec tous ses en-têtes et faites-le lire.
mail-why-change = Vous recevez ce message parce qu’une personne abonnée à { $name } souhaite recevoir ses messages à cette adresse. Sans confirmation de votre part, rien ne change.
mail-change-subject = { $name } : confirmez votre nouvelle adresse
mail-change-asked = Vous êtes abonné à { $name } et avez demandé à recevoir vos messages à cette adresse.
mail-change-button = Utiliser cette adresse
mail-change-not-you = Vous n’avez rien demandé ? Ne faites rien : rien ne change, et vous ne recevrez pas d’autre message.
mail-notice-label-joined = Nouveaux abonnés :
mail-notice-label-page = Les voir :
mail-notice-subscribers-joined-subject = { $name } : de nouveaux abonnés
mail-notice-subscribers-joined-body = Des personnes ont confirmé leur abonnement à { $name } depuis le dernier message de ce genre.
mail-notice-sending-held-subject = { $name } : plus rien ne part sans votre accord
mail-notice-sending-held-body = La base de données de « { $name } » semble être une copie, ou plus ancienne que ce qui a déjà été envoyé. Pour que personne ne reçoive deux fois le même message, tous les envois sont arrêtés. S’il s’agit bien de la bonne base, et qu’aucune autre n’envoie, la personne qui administre Facteur peut les laisser reprendre.
mail-notice-sending-resumed-subject = { $name } : les envois ont repris
mail-notice-sending-resumed-body = La base de données a été confirmée comme étant la bonne. Les envois de « { $name } » ont repris.

## Public pages (web)
skip-to-content = Aller au contenu
language-switch = Langue de la page
back-to-site = Retourner sur le site
error-400-title = Demande incomprise
error-400-text = Cette demande n’a pas pu être lue. Revenez à la page précédente et réessayez.
error-403-title = Accès refusé
error-403-text = Vous n’avez pas le droit de faire cela. Revenez à la page précédente, ou demandez-en le droit à un propriétaire.
error-404-title = Page introuvable
error-404-text = Il n’y a rien à cette adresse. Le lien est peut-être incomplet : ouvrez-le depuis le message, ou copiez-le en entier.
error-405-title = Cette adresse ne s’utilise pas ainsi
error-405-text = Revenez à la page précédente et servez-vous de son bouton.
error-410-title = Cette page a été retirée
error-410-text = Elle se trouvait ici, et qui la publie l’a retirée.
error-413-title = Trop long
error-413-text = Le formulaire envoyé est trop long. Une adresse électronique suffit.
error-429-title = Un instant
error-429-text = Trop de demandes sont arrivées à la fois. Réessayez dans une minute.
error-500-title = Un incident est survenu
error-500-text = L’erreur vient de chez nous et a été enregistrée. Réessayez un peu plus tard.
error-503-title = Service momentanément indisponible
error-503-text = Rien n’a été enregistré. Réessayez dans quelques minutes.
error-in-doubt-title = Nous ne savons pas si votre demande est passée
error-in-doubt-text = Aucune confirmation n’est arrivée à temps de notre base de données : votre demande a peut-être été enregistrée malgré tout. Patientez quelques minutes, puis vérifiez : si vous n’avez reçu aucun message ou si rien n’a changé, recommencez.
error-incident = Code de l’incident : { $incident }

## The home page of the instance
home-title = Lettres d’information
home-lead = Choisissez une lettre pour la découvrir et vous y abonner.
home-nothing-title = Vous êtes au bureau de poste
home-nothing-lead = Des lettres d’information partent d’ici, mais il n’y a rien à lire sur cette page.
home-nothing-more = Pour vous abonner, passez par le site qui publie la lettre ; pour vous désabonner, suivez le lien qui figure dans chaque message.

## Sign-up
subscribe-title = S’abonner à « { $newsletter } »
subscribe-lead = Recevez les nouveaux billets par courriel, { $rhythm }. Une adresse suffit, et vous pourrez vous désabonner en un clic.
subscribe-consent = En vous abonnant, vous acceptez de recevoir « { $newsletter } » par courriel, { $rhythm }. Chaque message contient un lien pour vous désabonner.
rhythm-chosen = au rythme que vous choisissez
choosing-topics = Thèmes (tous, si vous n’en choisissez aucun)
subscribe-button = S’abonner
subscribe-keep-button = Garder mon adresse et m’abonner
subscribe-privacy = Votre adresse ne sert qu’à cet envoi. Elle n’est transmise à personne, et rien ne suit ce que vous lisez.
subscribe-stale = La page est restée ouverte trop longtemps, ou le formulaire a été envoyé trop vite. Vérifiez votre adresse et appuyez de nouveau sur le bouton.
field-email = Votre adresse électronique
field-email-help = Par exemple : prenom.nom@exemple.fr
field-trap = Ne remplissez pas ce champ
error-prefix = Erreur : { $title }
error-summary = Un point à corriger
error-summary-many = Des points à corriger
address-empty = Saisissez votre adresse électronique.
address-no-at = Il manque le signe @ dans l’adresse.
address-many-at = L’adresse contient plusieurs signes @ ; il n’en faut qu’un.
address-no-local = Il manque quelque chose avant le signe @.
address-no-domain = Il manque la fin de l’adresse, après le signe @.
address-no-dot = La fin de l’adresse est incomplète : il manque par exemple « .fr » ou « .com ».
address-blank = L’adresse contient une espace : enlevez-la.
address-accent = Avant le signe @, seules les lettres sans accent sont possibles.
address-local = Le début de l’adresse, avant le signe @, n’est pas valable : vérifiez les points et les signes.
address-domain = La fin de l’adresse, après le signe @, n’est pas valable : vérifiez-la.
address-too-long = L’adresse est trop longue.
address-no-mail = Le domaine de cette adresse ne reçoit pas de courrier. Vérifiez ce qui suit le signe @.
address-disposable = C’est une adresse jetable. Donnez plutôt une adresse que vous lisez.
address-hint = Vouliez-vous écrire « { $domain } » ?
address-hint-keep = Si votre adresse est correcte, gardez-la telle quelle.
address-hint-use = Utiliser { $address }
thanks-title = Presque fini
thanks-lead = Si cette adresse peut s’abonner, un message vient de partir. Ouvrez-le et confirmez votre abonnement.
thanks-more = Rien reçu d’ici quelques minutes ? Cherchez cet expéditeur dans vos courriers indésirables.
thanks-sender = Expéditeur
thanks-fix = Corriger l’adresse ou recommencer
to-the-form = Aller au formulaire d’abonnement

## The archive
archive-of = Archives de { $newsletter }
archive-see = Lire les envois passés
archive-search-label = Rechercher
archive-search-button = Rechercher
archive-search-results = Recherche
archive-search-nothing-typed = Tapez au moins un mot à chercher.
archive-to-list = Tous les envois
archive-empty = Rien n’est encore publié ici.
archive-years = Par année
archive-feed = Suivre par flux (Atom)
archive-around = Autres envois
archive-older = Précédent :
archive-newer = Suivant :
archive-search-found = { $count ->
    [0] Rien n’a été trouvé. Essayez moins de mots, ou une partie d’un mot.
    [one] { $count } page trouvée.
   *[other] { $count } pages trouvées.
 }
archive-search-many = { $count ->
   *[other] Les { $count } pages les plus récentes parmi celles trouvées.
 }

## Rhythms
rhythm-post = à chaque nouveau billet
rhythm-about = { $days } vers { $time }
rhythm-exact = { $days } à { $time } ({ $zone })
rhythm-days-all = chaque jour
rhythm-days-week = chaque { $days }
rhythm-days-first = chaque mois le 1er
rhythm-days-month = chaque mois le { $day }
rhythm-days-month-end = chaque mois le { $day } (ou le dernier jour)
rhythm-days-last = chaque mois le dernier jour
rhythm-days-nth = chaque mois le { $nth } { $weekday }
ordinal-1 = premier
ordinal-2 = deuxième
ordinal-3 = troisième
ordinal-4 = quatrième
ordinal-last = dernier
every-post = billet
every-day = jour
every-week = semaine
every-month = mois
date-and-time = { $date }, { $time }
clocks-forward = Les horloges avancent de { $minutes } minutes avant cette date ; l’envoi part tout de même à { $time }, heure locale.
clocks-back = Les horloges reculent de { $minutes } minutes avant cette date ; l’envoi part tout de même à { $time }, heure locale.
list-and = { $first } et { $last }
next-digest = Prochain envoi : { $date } vers { $time }.

## Links of mails
fact-address = Adresse
link-unknown-title = Ce lien ne mène nulle part
link-unknown-lead = Il est peut-être incomplet : ouvrez-le depuis le message, ou copiez-le en entier. S’il est complet, il ne correspond plus à rien.
link-gone-title = Il n’y a plus rien ici
link-gone-lead = Ce lien était bien le vôtre, mais nous n’avons plus rien à votre sujet : tout a été effacé, à votre demande ou avec le temps.
link-gone-more = Vous n’avez rien à faire, et vous ne recevrez plus de message. Pour revenir un jour, passez par le formulaire d’abonnement de la lettre.
link-title = Recevoir mon lien de réglages
link-lead = Indiquez l’adresse à laquelle vous recevez une lettre : un message vous y apportera le lien vers vos réglages.
link-email-help = Celle à laquelle vos messages arrivent.
link-button = M’envoyer mon lien
link-privacy = Le lien ne part qu’à cette adresse. Cette page répond la même chose à tout le monde : elle ne dit pas qui est abonné.
link-sent-title = Regardez votre boîte aux lettres
link-sent-lead = Si cette adresse reçoit une lettre d’ici, un message vient de partir. Il contient un lien vers vos réglages, qui fonctionne pendant 24 heures.
link-sent-more = Rien au bout de quelques minutes ? Regardez parmi les indésirables. Pour que personne n’inonde votre boîte, quelques messages de ce genre seulement partent vers une même adresse.
link-sent-again = Essayer une autre adresse
foot-title = Vos réglages
foot-lead = Pour que personne d’autre ne change vos réglages de « { $newsletter } », nous vous envoyons un lien personnel.
foot-button = M’envoyer mon lien
foot-more = Le lien ne part qu’à cette adresse, même si ce message vous a été transféré. Il fonctionne pendant 24 heures.
keep-title = Garder cette adresse ?
keep-lead = Une autre adresse a été demandée pour recevoir « { $newsletter } ». Vous pouvez annuler cette demande.
keep-button = Garder mon adresse actuelle
keep-more = Les liens de réglages envoyés jusqu’ici cesseront de fonctionner ; ceux qui désabonnent continuent.
kept-title = Plus rien n’attend
kept-lead = Aucun changement d’adresse n’est en attente pour « { $newsletter } ».
kept-more = Si vos messages partent à une adresse qui n’est pas la vôtre, écrivez à { $address }.
own-title = Vos réglages de « { $newsletter } »
own-waiting = Nouvelle adresse, à confirmer
own-ended = Vous ne recevez plus cette lettre.
own-rhythm = Rythme
own-topics = Thèmes
own-topics-all = Tous, y compris ceux qui viendront
own-topics-some = Seulement ceux-ci :
own-pause = Pause
own-pause-no = Pas de pause
own-pause-keep = En pause
own-pause-keep-until = En pause jusqu’au { $date }
own-pause-months = { $count ->
    [one] Pendant { $count } mois
   *[other] Pendant { $count } mois
 }
own-pause-until = Jusqu’à une date :
own-pause-day = Date de reprise
own-pause-help = Les messages reprennent d’eux-mêmes ce jour-là, sans ceux de la pause.
own-others = Autres lettres d’ici
own-others-consent = En cochant cette case, vous acceptez de recevoir « { $newsletter } » par courriel. Chaque message contient un lien pour vous désabonner.
own-name = Votre nom
own-language = Langue des messages et des pages
own-address = Nouvelle adresse électronique
own-address-help = Elle recevra un message à confirmer, et l’adresse actuelle sera prévenue. Jusque-là, rien ne change. Cela ne concerne que cette lettre : vos autres abonnements gardent leur adresse.
own-keep-address = Renoncer à la nouvelle adresse
own-save = Enregistrer
own-saved = C’est enregistré.
own-moving = Si la nouvelle adresse peut recevoir cette lettre, un message vient d’y partir : ouvrez-le pour confirmer. L’adresse actuelle est prévenue aussi.
own-kept-out = Une des autres lettres n’a pas pu être ajoutée : elle a reçu un jour la consigne de ne plus écrire à cette adresse. Pour y revenir, écrivez à { $address }.
own-kept = Votre page avait expiré : vos choix de tout à l’heure sont repris ci-dessous. Vérifiez-les, puis enregistrez.
own-capped = vous avez indiqué trois autres adresses en un jour ; réessayez demain
own-expired-title = Ce lien a plus d’un jour
own-expired-lead = Pour que personne d’autre ne s’en serve, il ne fonctionne plus. Un nouveau lien part en un clic, à votre adresse.
own-expired-kept = La page est restée ouverte plus d’un jour : rien n’a été enregistré, et rien n’est perdu. Demandez un nouveau lien : vos choix y seront repris.
own-void-title = Ce lien ne fonctionne plus
own-void-lead = Une autre adresse a été confirmée depuis, ou les liens ont été annulés. Demandez-en un nouveau.
own-data = Vos données
own-data-lead = Ces liens, comme celui de cette page, fonctionnent pendant un jour.
own-data-see = Voir tout ce qui est enregistré à mon sujet
own-data-erase = Effacer tout ce qui me concerne
data-title = Vos données
data-lead = Voici tout ce qui est enregistré à votre sujet pour « { $newsletter } ».
data-file = Télécharger (JSON)
data-elsewhere = Chaque lettre a ses propres données : si vous en recevez d’autres d’ici, leurs liens de réglages montrent les leurs.
data-happened = Ce qui s’est passé
data-older = { $count ->
    [one] { $count } événement plus ancien figure dans le fichier.
   *[other] { $count } événements plus anciens figurent dans le fichier.
 }
data-back = Revenir à mes réglages
data-origin = site d’origine
data-left-because = raison du départ
data-mailbox-full = boîte pleine
data-returned = retour
data-kept-out = mise à l’écart
erase-title = Tout effacer ?
erase-lead = Nous effaçons tout ce qui vous concerne dans « { $newsletter } » : adresse, choix, accords, messages reçus. C’est définitif.
erase-button = Effacer mes données
erase-stays = Seule reste une empreinte de votre adresse, qui ne permet pas de la retrouver : elle empêche qu’on vous réinscrive à votre insu. Vous pourrez revenir par le formulaire d’abonnement.
erased-title = C’est effacé
erased-lead = « { $newsletter } » n’a plus rien à votre sujet et ne vous écrira plus.
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
confirm-ended-lead = Vous ne recevez plus « { $newsletter } ». Pour revenir, abonnez-vous à nouveau.
confirmed-title = C’est confirmé
confirmed-lead = Vous recevrez « { $newsletter } ». Merci !
confirmed-more = Chaque message contient un lien pour vous désabonner, en un clic.
address-change-title = Votre nouvelle adresse
address-change-lead = Vous recevrez désormais « { $newsletter } » à cette adresse, et non plus à l’ancienne.
address-change-button = Utiliser cette adresse
address-changed-title = Votre adresse est modifiée
address-changed-lead = Vous recevrez « { $newsletter } » à cette adresse.
leave-title = Ne plus recevoir « { $newsletter } » ?
leave-lead = Un clic, et vous ne recevrez plus aucun message.
leave-button = Me désabonner
left-title = C’est fait
left-lead = Vous ne recevrez plus aucun message.
left-newsletter-lead = Vous ne recevrez plus aucun message de « { $newsletter } ».
left-mistake = Un clic de trop ?
left-rather = Trop de messages ? Vous pouvez aussi ne recevoir « { $newsletter } » que plus rarement, { $rhythm }.
left-rather-button = Plutôt { $rhythm }
left-why = Pourquoi partez-vous ?
left-why-help = Facultatif, et sans votre nom : la lettre n’en garde qu’un total.
left-why-button = Envoyer cette raison
left-why-thanks = Merci, c’est noté. Votre désabonnement est déjà fait.
stay-title = Rester parmi les lecteurs de « { $newsletter } » ?
stay-lead = Un clic, et vous continuez à recevoir « { $newsletter } » comme avant.
stay-button = Oui, je reste
stay-else = Sans réponse, vous ne recevrez plus rien et votre adresse sera effacée.
stay-leave = Je préfère partir dès maintenant
stayed-title = Merci de rester
stayed-lead = Vous continuez à recevoir « { $newsletter } » comme avant.
why-left-too-many = trop de messages
why-left-not-relevant = les sujets ne m’intéressent pas
why-left-never-asked = je ne m’étais pas abonné
why-left-other = une autre raison
why-left-none = sans raison donnée
undo-button = Annuler, je reste
undone-title = Vous revoilà
undone-lead = Vous recevrez « { $newsletter } » comme avant.
undone-pending-lead = Votre demande d’abonnement à « { $newsletter } » est de nouveau ouverte : confirmez-la avec le lien que vous avez reçu.
not-me-title = Ce n’était pas vous ?
not-me-lead = Quelqu’un a saisi votre adresse dans le formulaire de « { $newsletter } ». Nous pouvons l’effacer et ne plus jamais y écrire.
not-me-button = Effacer, ne plus jamais écrire
not-me-more = Il n’en restera qu’une empreinte, qui sert à refuser cette adresse et ne permet pas de la retrouver.
refused-title = C’est effacé
refused-lead = « { $newsletter } » n’écrira plus jamais à cette adresse.

## Ligne de commande
cli-cannot-start = démarrage impossible : { $error }
cli-start = démarrage impossible
cli-signals = impossible de recevoir les signaux
cli-cannot-write = écriture impossible
cli-no-newsletter = il n’y a pas de lettre « { $slug } » ; `facteur newsletter list` les montre toutes
cli-check-stored = Vérifiez si la modification a été enregistrée avant de répéter la commande
cli-no-database = il n’y a pas de base de données à { $path } ; vérifiez [database] url (`facteur config show --origin`) et le dossier où vous lancez cette commande. `facteur newsletter add` et `facteur serve` créent une nouvelle base
cli-database-in-use = { $path } a un second nom (un lien dur), et un autre Facteur envoie depuis elle sous ce nom : deux noms à la fois abîment une base SQLite. Arrêtez l’un des deux processus
cli-database-not-ours = la base de données que nomme [database] url ne contient rien de Facteur : vérifiez son nom (`facteur config show --origin`). `facteur newsletter add` et `facteur serve` préparent une base vide
cli-busy = un autre Facteur envoie déjà depuis { $database } (il tient { $lock }) : arrêtez-le d’abord, ou lancez celui-ci avec --roles web,schedule
cli-about = { $name } : { $said }
cli-no-texts = il n’y a pas de textes en « { $tag } » ; il y en a en : { $known }
cli-wants-yes = { $what } demande un oui : lancez la commande dans un terminal, ou avec --yes
cli-past = --at est dans le passé
cli-answer = [o/N]
cli-user-disabled = exclu désormais ; sessions, jetons et liens ont pris fin
cli-user-enabled = peut entrer de nouveau
cli-user-reset = plus de second facteur ; le mot de passe suffit pour entrer
cli-user-passkeys-none = aucune clé d’accès
cli-user-passkeys-removed = retirée ; ses sessions ont pris fin
cli-user-passkey-unknown = il n’y a pas de clé d’accès de ce numéro ; `facteur user passkeys` les donne
cli-user-passkey-unused = jamais utilisée
cli-user-passkey-used = dernier usage : { $when }
cli-user-passkey-doubted = n’ouvre rien : peut-être copiée
cli-user-same = c’était déjà le cas ; rien n’a changé
cli-user-password = le mot de passe est enregistré ; sessions et jetons ont pris fin
cli-user-roles = les rôles sont changés ; sessions, jetons et invitation d’avant ont pris fin
cli-user-unknown = aucun compte n’a cette adresse ; `facteur user list` les montre tous
cli-user-set-up = Ouvrez ce lien dans les 30 minutes pour créer le compte du premier propriétaire. Il ne sert qu’une fois :
cli-user-set-up-over = il y a déjà un compte, donc pas de lien de première installation ; `facteur user list` le montre, `facteur user passwd EMAIL` change son mot de passe, `facteur user add EMAIL --role owner` en ajoute un autre
cli-user-nobody = Personne n’a encore de compte : `facteur user setup-link` donne le lien du premier propriétaire.
cli-user-nobody-open = Personne n’a encore de compte. Pour créer le premier, ouvrez dans les 30 minutes :
cli-user-no-letter = aucun message ne peut partir : il n’y a pas encore de lettre qui l’enverrait ; sans --letter, le lien est affiché
cli-user-added = ajouté
cli-user-letter = ajouté ; le message avec le lien part dès que `facteur serve` tourne et que le serveur de messagerie répond
cli-user-link = { $email } est ajouté. Avec ce lien, qui ne sert qu’une fois et pendant 7 jours, la personne choisit un mot de passe :
cli-user-list-empty = Il n’y a pas encore de compte. `facteur user setup-link` donne le lien du premier propriétaire.
cli-user-everywhere = toutes
cli-user-state-active = actif
cli-user-state-invited = invité
cli-user-state-disabled = exclu
cli-user-seen = vu le { $when }
cli-user-not-seen = jamais vu
cli-password-empty = le mot de passe est lu sur l’entrée standard, et sa première ligne est vide
cli-password-new = Nouveau mot de passe :
cli-password-again = Encore une fois :
cli-password-differ = les deux diffèrent ; rien n’a été changé
cli-draft-begun = { $id } est un brouillon : { $title }
cli-draft-published = { $id } part avec le prochain envoi : { $title }
cli-draft-sent = { $id } part le { $at } ; jusque-là, `take-back` l’arrête : { $title }
cli-draft-taken-back = { $id } est de nouveau un brouillon : { $title }
cli-draft-deleted = { $id } est jeté ; `restore` le récupère pendant trois jours : { $title }
cli-draft-restored = { $id } est de retour : { $title }
cli-draft-changed = le brouillon a été jeté ou modifié entre-temps
cli-draft-sent-meanwhile = le brouillon a été envoyé, jeté ou modifié entre-temps
cli-draft-left = rien ne peut en être repris : il n’est pas encore publié, ou un envoi le contient
cli-draft-unchanged = rien n’a changé : il avait déjà été publié, jeté ou récupéré
cli-draft-unknown = « { $slug } » n’a pas de brouillon { $id } ; `facteur draft list { $slug }` montre ceux de cette lettre
cli-draft-is-letter = ce brouillon est un message à tous : utilisez `facteur draft send`
cli-draft-is-post = ce brouillon est un billet : utilisez `facteur draft publish`
cli-draft-no-revision = { $id } n’a pas de version { $number } ; `facteur draft revisions` montre celles qu’il a
cli-draft-back = { $id } est comme il était : { $title }
cli-draft-moved-on = le brouillon a été publié, jeté ou modifié entre-temps
cli-digest-no-revision = { $id } n’a pas de version { $number } ; `facteur digest revisions` montre celles qui sont gardées
cli-digest-no-revisions = { $id } : rien n’a encore été enregistré.
cli-draft-list-empty = Rien n’est en cours d’écriture pour « { $slug } ».
cli-draft-fate-open = ouvert
cli-draft-fate-published = publié
cli-draft-fate-deleted = jeté
cli-text-languages = il n’y a pas de textes en { $tag } ; choisissez parmi { $known }
cli-text-gone = la lettre n’existe plus
cli-cannot-open = impossible d’ouvrir { $file } : { $error }
cli-no-utf8 = { $file } n’est pas du texte en UTF-8 : { $error }
cli-post-none = « { $slug } » n’a aucun billet de ce genre ; `facteur feed poll { $slug }` lit ses flux maintenant.
cli-post-no-title = le billet n’a pas de titre : commencez le fichier par `# Titre`, ou utilisez --title
cli-post-added = Billet { $id } ajouté à « { $slug } » : { $title }
cli-post-there = Billet { $id } déjà présent dans « { $slug } » : { $title }
cli-post-unknown = « { $slug } » n’a pas de billet { $id } ; `facteur post list { $slug }` montre ceux qu’elle a
cli-hold-nothing = Rien n’est retenu.
cli-hold-resuming = reprendre
cli-hold-why = Retenu : { $why }.
cli-hold-question = Les messages en attente partiront de cette base de données, et aucune autre ne doit les envoyer. Reprendre ?
cli-hold-stays = tout reste retenu
cli-hold-resumed-none = Les envois reprennent dès que `facteur serve` tourne : aucun n’était retenu.
cli-hold-resumed = { $count ->
    [one] Les envois reprennent dès que `facteur serve` tourne : { $count } envoi retenu.
   *[other] Les envois reprennent dès que `facteur serve` tourne : { $count } envois retenus.
 }
cli-held = { $count ->
    [one] Tout est retenu : { $count } envoi mis en pause. `facteur resume` laisse repartir.
   *[other] Tout est retenu : { $count } envois mis en pause. `facteur resume` laisse repartir.
 }
cli-held-already = Tout était déjà retenu. `facteur resume` laisse repartir.
cli-token-unknown = il n’y a pas de jeton « { $name } » ; `facteur token list` les montre tous
cli-token-revoked = Le jeton « { $name } » n’est plus valable.
cli-token-name = le nom d’un jeton a de 1 à 100 caractères sur une ligne
cli-token-taken = il y a déjà un jeton « { $name } » ; révoquez-le ou choisissez un autre nom
cli-token-keep = Gardez ce jeton en lieu sûr : il n’est montré qu’une fois, et expire le { $end }.
cli-token-list-empty = Il n’y a pas encore de jeton. `facteur token create NOM` en crée un.
cli-token-used = utilisé le { $when }
cli-token-not-used = jamais utilisé
cli-token-expires = expire le { $when }
cli-token-no-time = --expires : « { $typed } » n’est ni une durée telle que 90d ou 6mo, ni un jour tel que 2027-01-31
cli-token-too-late = --expires : « { $typed } » doit être à venir, d’ici un an au plus
cli-fsck-repaired = { $count ->
    [one] { $digest } : réparé : l’envoi reprend, reste { $count } message à envoyer
   *[other] { $digest } : réparé : l’envoi reprend, restent { $count } messages à envoyer
 }
cli-fsck-ledger = registre
cli-fsck-digests = { $count ->
    [one] { $count } envoi
   *[other] { $count } envois
 }
cli-fsck-recipients = { $count ->
    [one] { $count } destinataire
   *[other] { $count } destinataires
 }
cli-fsck-checked = vérifié : { $digests }, { $recipients }
cli-fsck-missing = { $count ->
    [one] { $count } problème : des messages manquent. `facteur fsck --repair` les envoie ; merci de le signaler
   *[other] { $count } problèmes : des messages manquent. `facteur fsck --repair` les envoie ; merci de le signaler
 }
cli-fsck-broken = { $count ->
    [one] { $count } problème : des messages peuvent manquer ou être en double. Avant tout, gardez une copie de la base de données, et signalez-le
   *[other] { $count } problèmes : des messages peuvent manquer ou être en double. Avant tout, gardez une copie de la base de données, et signalez-le
 }
cli-subscriber-meant = vouliez-vous dire { $domain } ? L’adresse est enregistrée telle que vous l’avez tapée.
cli-subscriber-confirmed = confirmé ; reçoit le prochain envoi
cli-subscriber-pending = à confirmer ; un message de confirmation est en route
cli-subscriber-already = déjà abonné
cli-subscriber-kept-out = l’adresse est tenue à l’écart ({ $reason }) ; si la personne demande à revenir, dites-le avec --bring-back "pourquoi"
cli-subscriber-list-empty = aucun abonné pour l’instant ; `facteur subscriber add { $slug } ADRESSE` ou `facteur import { $slug } FICHIER`
cli-subscriber-more = il y en a d’autres ; tapez plus de l’adresse
cli-subscriber-left = désabonné
cli-subscriber-set-nothing = rien à changer : indiquez --name, --lang, --rhythm, --topic, --all-topics ou --pause
cli-subscriber-address-asked = un message part à la nouvelle adresse ; l’actuelle reste jusqu’à la confirmation
cli-subscriber-link-sent = le lien vers ses réglages part à son adresse ; il fonctionne pendant 24 heures
cli-subscriber-link-held = aucun message ne part : cette adresse en a déjà reçu assez, ou il ne faut pas lui écrire
cli-subscriber-stays = noté : le temps de silence repart de zéro
cli-subscriber-not-subscribed = n’était plus abonné ; rien n’a changé
cli-subscriber-unknown-kept-out = « { $slug } » n’a pas d’abonné à cette adresse, et l’adresse est tenue à l’écart ({ $reason })
cli-subscriber-unknown = « { $slug } » n’a pas d’abonné à cette adresse ; `facteur subscriber list { $slug }` les montre tous
cli-kept-out-erased = effacée
cli-kept-out-themselves = effacée par la personne
cli-kept-out-not-me = « ce n’était pas moi »
cli-kept-out-unsubscribed = désabonnement
cli-kept-out-bounced = adresse disparue
cli-kept-out-complained = plainte
cli-kept-out-suppressed = il ne faut pas lui écrire
cli-kept-out-unclear = leur état n’est pas compris
cli-erase-ask = Effacer tout ce qui concerne cette adresse ? C’est irréversible.
cli-erase-no = rien n’a été effacé ; --yes efface sans demander
cli-erased = Effacé. Seule une empreinte reste, qui tient l’adresse à l’écart ; rien d’autre n’en reste dans la base de données.
cli-erased-log = Le journal (-wal) en contient encore une partie, car d’autres le lisent ; `facteur serve` le vide dans l’heure.
cli-erased-copies = Les copies faites avant les mises à jour contiennent encore ces données ; supprimez celles dont vous n’avez plus besoin : { $copies }
cli-column = colonne { $number }
cli-column-named = colonne { $number } « { $name } »
cli-import-no-proof = --confirmed-elsewhere demande des mots qui prouvent l’accord, par exemple "formulaire de l’ancien site, 2019 à 2024"
cli-import-consented-later = --consented-on est un jour à venir ; donnez le jour où ces personnes ont donné leur accord
cli-import-cut = { $error } ; les lignes déjà enregistrées restent : relancez la même commande
cli-import-progress = { $count } personnes
cli-import-rows = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
 }
cli-import-addresses = { $count ->
    [one] { $count } adresse
   *[other] { $count } adresses
 }
cli-import-repeated = { $count ->
    [one] { $count } répétée
   *[other] { $count } répétées
 }
cli-import-confirmed = ajoutées, confirmées ailleurs
cli-import-would-confirm = seraient ajoutées, confirmées ailleurs
cli-import-pending = ajoutées, à confirmer ; { $letters }
cli-import-would-ask = seraient ajoutées, à confirmer ; { $letters }
cli-import-remembered = retenues ({ $status }) : elles ne reçoivent rien
cli-import-would-remember = seraient retenues ({ $status }) : elles ne reçoivent rien
cli-import-raised = confirmées ; elles attendaient leur confirmation
cli-import-already = déjà là, inchangées
cli-import-ended = désabonnées ; elles étaient abonnées ici
cli-import-kept-out = tenues à l’écart : { $why }
cli-import-invalid = { $count ->
    [one] ligne sans adresse :
   *[other] lignes sans adresse :
 }
cli-import-line = ligne { $line } : { $problem }
cli-import-more = … (--json en donne jusqu’à mille)
cli-import-dry-run = Rien n’a été enregistré (essai à blanc).
cli-import-unclear = pas compris, tenues à l’écart : { $words }
cli-import-unused = pas utilisées : { $columns }
cli-import-letters-now = leurs messages de confirmation partent maintenant
cli-import-letters = l’envoi de leurs messages de confirmation prend { $hours } h ou plus ([signup] letters_per_hour)
cli-import-empty = le fichier est vide
cli-import-no-list = c’est { $kind }, pas une liste d’adresses ; exportez la liste en CSV
cli-file-an-archive-or-a-spreadsheet = une archive ou un tableur
cli-file-a-spreadsheet = un tableur
cli-file-a-pdf = un PDF
cli-file-a-web-page = une page web
cli-file-json = du JSON
cli-file-a-binary-file = un fichier binaire
cli-import-no-addresses = aucune colonne ne contient d’adresses ; nommez celle des adresses `email` dans la première ligne
cli-import-first-line = aucun nom de la première ligne n’est connu pour une colonne d’adresses : { $names } ; écrivez `email` au-dessus de cette colonne, ou nommez-la avec --address-column
cli-import-no-such-column = il n’y a pas de colonne « { $name } » à côté des adresses ; il y a : { $all }
cli-import-unreadable = le fichier ne peut pas être lu : { $error }
cli-import-called = le nom du fichier évoque une liste de personnes à qui il ne faut pas écrire (« { $name } », { $status }), et ses lignes n’en disent rien. Si c’est une telle liste, ajoutez --unsubscribed : ses personnes sont retenues, et rien ne leur est envoyé. Si ces personnes sont abonnées, ajoutez --subscribed
cli-import-subscribed = --unsubscribed est pour les listes de personnes à qui il ne faut pas écrire, mais des lignes de celle-ci disent que leurs personnes sont abonnées (colonne { $column }). N’exportez que les personnes parties, ou retirez --unsubscribed : Facteur lit alors ligne par ligne qui est parti. Si la colonne veut dire autre chose, ajoutez --ignore-column { $column }
cli-import-columns = --confirmed-elsewhere doit savoir qui est parti ou a refusé, mais Facteur ne comprend pas ces colonnes, qui le disent peut-être :
cli-import-columns-next = Regardez-les une à une. Si une colonne dit à qui l’on peut écrire, nommez-la `status` ou `consent` dans la première ligne (ou `unsubscribed`, si oui veut dire cela), et mettez-y yes et no ; sinon, ajoutez { $ignore }. Sans --confirmed-elsewhere, chaque personne reçoit un message de confirmation. Rien n’a été enregistré.
cli-address-empty = il n’y a pas d’adresse
cli-address-no-at = il manque le signe @ dans l’adresse
cli-address-many-at = l’adresse contient plusieurs signes @
cli-address-no-local = il n’y a rien avant le signe @
cli-address-no-domain = il n’y a rien après le signe @
cli-address-no-dot = il manque la fin après le signe @, par exemple .org
cli-address-blank = l’adresse contient une espace
cli-address-accent = avant le signe @, seules les lettres sans accent sont possibles
cli-address-local = la partie avant le signe @ n’est pas valable
cli-address-domain = la partie après le signe @ n’est pas un nom de domaine
cli-address-too-long = l’adresse est trop longue
cli-addresses = { $count ->
    [one] { $count } adresse
   *[other] { $count } adresses
 }
cli-digest-test = Un essai ({ $whence }), vers { $addresses }, part dès que `facteur serve` tourne et que le serveur de messagerie répond.
cli-digest-test-would = Un essai ({ $whence }), vers { $addresses }, serait envoyé.
cli-digest-sending = envoyer
cli-digest-made = Cet envoi a été fait à l’instant ; il n’y a rien de nouveau à envoyer.
cli-digest-resting = { $count ->
    [one] ({ $count } autre billet repose encore ; --unsettled l’inclut)
   *[other] ({ $count } autres billets reposent encore ; --unsettled les inclut)
 }
cli-digest-would-go = Rien n’a été envoyé (--dry-run). Il irait à { $people } de « { $name } » :
cli-digest-send = L’envoyer à { $people } de « { $name } » maintenant ?
cli-digest-not-sent = rien n’a été envoyé
cli-digest-goes = Il part tant que `facteur serve` tourne ; `facteur digest status { $slug } --watch` le suit.
cli-digest-approve-would = Rien n’a été envoyé (--dry-run). « { $subject } » irait à { $people }.
cli-digest-stop-would = L’envoi { $id } serait arrêté (--dry-run).
cli-digest-stopped = L’envoi { $id } attend votre accord ; `facteur digest approve { $slug } { $id }` le fait partir.
cli-digest-taken-back = L’envoi { $id } est repris ; ses billets attendent le prochain envoi.
cli-digest-skip-would-back = L’envoi { $id } serait sauté ; ses billets attendent le prochain envoi.
cli-digest-skip-would = L’envoi { $id } serait sauté ; ses billets ne partiront plus à ce rythme.
cli-digest-skipped-back = L’envoi { $id } est sauté ; ses billets attendent le prochain envoi.
cli-digest-skipped = L’envoi { $id } est sauté ; ses billets ne partiront plus à ce rythme.
cli-digest-next-post = le prochain billet
cli-digest-slot = l’envoi prévu { $when } ({ $zone })
cli-digest-kept-would = Rien ne serait sauté : { $next } part comme prévu.
cli-digest-kept = Rien n’est sauté : { $next } part comme prévu.
cli-digest-slot-skip-would = Serait sauté : { $next } ; ses billets attendent le suivant. `facteur digest skip { $slug } --undo` l’annule.
cli-digest-slot-skipped = Sauté : { $next } ; ses billets attendent le suivant. `facteur digest skip { $slug } --undo` l’annule.
cli-digest-post-skip-would = Serait sauté : { $next }. `facteur digest skip { $slug } --undo` l’annule.
cli-digest-post-skipped = Sauté : { $next }. `facteur digest skip { $slug } --undo` l’annule.
cli-schedule = rythme { $number }
cli-digest = envoi { $id }
cli-digest-pause-would = seraient en pause : { $what }
cli-digest-paused = désormais en pause : { $what }
cli-digest-resume-would = reprendraient : { $what }
cli-digest-resumed = reprennent : { $what }
cli-digest-ending = mettre fin à un envoi pour de bon
cli-digest-not-cancelled = rien n’a été annulé ; `facteur digest pause` l’arrête pour un temps
cli-digest-cancel-would = Le reste de l’envoi { $id } serait annulé.
cli-digest-cancelled = Le reste de l’envoi { $id } est annulé.
cli-digest-end-all = Rien de « { $subject } » n’est parti. Y mettre fin pour de bon, sans que personne ne le reçoive ?
cli-digest-end-rest = { $count ->
    [one] « { $subject } » : { $count } personne l’a, { $others } ne le recevraient jamais. Y mettre fin pour de bon ?
   *[other] « { $subject } » : { $count } personnes l’ont, { $others } ne le recevraient jamais. Y mettre fin pour de bon ?
 }
cli-doubt-deciding = décider des messages au sort incertain
cli-doubt-not-decided = rien n’a été décidé
cli-doubt-send-again = { $count ->
    [one] Renvoyer à { $count } personne dont le message est incertain ? Elle le recevra peut-être deux fois.
   *[other] Renvoyer à { $count } personnes dont le message est incertain ? Certaines le recevront peut-être deux fois.
 }
cli-doubt-accept = { $count ->
    [one] Tenir { $count } message incertain pour accepté ? S’il n’est pas arrivé, il n’arrivera pas.
   *[other] Tenir { $count } messages incertains pour acceptés ? Ceux qui ne sont pas arrivés n’arriveront pas.
 }
cli-doubt-none = Aucun message de l’envoi { $id } n’est incertain.
cli-doubt-again-would = { $count ->
    [one] { $count } message incertain de l’envoi { $id } repartirait.
   *[other] { $count } messages incertains de l’envoi { $id } repartiraient.
 }
cli-doubt-again = { $count ->
    [one] { $count } message incertain de l’envoi { $id } repart.
   *[other] { $count } messages incertains de l’envoi { $id } repartent.
 }
cli-doubt-accepted-would = { $count ->
    [one] { $count } message incertain de l’envoi { $id } serait tenu pour accepté.
   *[other] { $count } messages incertains de l’envoi { $id } seraient tenus pour acceptés.
 }
cli-doubt-accepted = { $count ->
    [one] { $count } message incertain de l’envoi { $id } est tenu pour accepté.
   *[other] { $count } messages incertains de l’envoi { $id } sont tenus pour acceptés.
 }
cli-retry = { $count ->
    [one] { $count } destinataire refusé de l’envoi { $id } est remis en file.
   *[other] { $count } destinataires refusés de l’envoi { $id } sont remis en file.
 }
cli-retry-would = { $count ->
    [one] { $count } destinataire refusé de l’envoi { $id } serait remis en file.
   *[other] { $count } destinataires refusés de l’envoi { $id } seraient remis en file.
 }
cli-retry-nobody = L’envoi { $id } n’a pas de destinataire refusé à qui le renvoyer.
cli-retry-accepted = acceptés par le serveur de messagerie
cli-retry-open = encore en cours
cli-retry-deferred = reportés par le serveur de messagerie ; réessayés d’eux-mêmes
cli-retry-dead = refusés parce que leur adresse n’existe pas ; `facteur digest retry { $slug } { $id } --bounced` leur écrit
cli-retry-refused = refusés pour une raison qu’un nouvel essai ne change pas
cli-retry-doubt = incertains ; `facteur digest retry { $slug } { $id } --doubtful` les renvoie
cli-retry-skipped = écartés : départ, plainte ou effacement entre-temps
cli-revive-nobody = L’envoi { $id } n’a personne à faire revenir.
cli-revive-cancelled = { $count ->
    [one] { $count } personne à l’adresse disparue est réabonnée ; l’envoi annulé { $id } ne lui est pas envoyé.
   *[other] { $count } personnes à l’adresse disparue sont réabonnées ; l’envoi annulé { $id } ne leur est pas envoyé.
 }
cli-revive-cancelled-would = { $count ->
    [one] { $count } personne à l’adresse disparue serait réabonnée ; l’envoi annulé { $id } ne lui est pas envoyé.
   *[other] { $count } personnes à l’adresse disparue seraient réabonnées ; l’envoi annulé { $id } ne leur est pas envoyé.
 }
cli-revive = { $count ->
    [one] Envoi { $id } : { $count } destinataire à l’adresse refusée est remis en file ; réabonné parmi eux : { $back }.
   *[other] Envoi { $id } : { $count } destinataires à l’adresse refusée sont remis en file ; réabonnés parmi eux : { $back }.
 }
cli-revive-would = { $count ->
    [one] Envoi { $id } : { $count } destinataire à l’adresse refusée serait remis en file ; serait réabonné parmi eux : { $back }.
   *[other] Envoi { $id } : { $count } destinataires à l’adresse refusée seraient remis en file ; seraient réabonnés parmi eux : { $back }.
 }
cli-revive-kept-out = { $count ->
    [one] { $count } reste à l’écart : départ, plainte ou effacement entre-temps.
   *[other] { $count } restent à l’écart : départ, plainte ou effacement entre-temps.
 }
cli-revive-paused = L’envoi est en pause : `facteur digest resume` les fait partir.
cli-or = ou
cli-schedule-unknown = « { $slug } » n’a pas de rythme { $number } ; `facteur newsletter show { $slug }` les donne par numéro
cli-digest-several = « { $slug } » a plusieurs envois de ce genre ; nommez-en un : { $ids }
cli-digest-none = « { $slug } » n’a pas d’envoi { $states } ; `facteur digest list { $slug }` les montre tous
cli-digest-ambiguous = l’identifiant de plusieurs envois commence par « { $id } » : donnez-en plus de caractères
cli-digest-unknown = « { $slug } » n’a pas d’envoi « { $id } » ; `facteur digest list { $slug }` les montre tous
cli-digest-list-empty = Aucun envoi de « { $slug } » n’était encore prévu ; `facteur newsletter show { $slug }` dit quand est le prochain.
cli-digest-never = « { $slug } » n’a encore fait aucun envoi ; `facteur digest send` en fait un
cli-whence-digest = envoi { $id } ({ $state })
cli-whence-next = { $count ->
    [one] le prochain envoi tel qu’il serait maintenant, { $count } billet
   *[other] le prochain envoi tel qu’il serait maintenant, { $count } billets
 }
cli-whence-last = le dernier envoi, { $id } : aucun nouveau billet n’attend
cli-whence = { $whence } ; objet : { $subject }
cli-digest-no-post = « { $slug } » n’a encore aucun billet à montrer ; `facteur feed poll { $slug }` lit son flux maintenant
cli-digest-edit-unknown = le billet { $id } n’est pas dans cet envoi et ne l’attend pas ; `facteur post list` donne les numéros
cli-feed-polled = nouveaux : { $new }, retenus : { $held }, déjà là : { $seen }
feed-gap-now = { $feed } : le flux ne contient plus aucun de ses anciens billets ; des billets ont pu nous échapper
cli-feed-named = { $url } est une page web ; le flux qu’elle annonce est pris : { $feed }
cli-feed-added = { $url } est ajouté à « { $slug } ». Facteur le lira à la prochaine lecture ; `facteur feed poll { $slug }` le lit maintenant.
cli-feed-there = { $url } est déjà un flux de « { $slug } ».
cli-feed-taken = { $url } est déjà un autre flux de « { $slug } »
cli-feed-moved = { $was } est désormais lu à { $url }. Les billets déjà partis y sont reconnus, aussi à leur texte ; `facteur feed poll { $slug }` le lit maintenant.
cli-feed-unknown = « { $slug } » n’a pas ce flux ; `facteur feed list { $slug }` montre ceux qu’elle a
cli-feed-list-empty = « { $slug } » n’a encore aucun flux ; `facteur feed add { $slug } URL` en ajoute un.
cli-feed-removed = { $url } est retiré de « { $slug } ».
cli-feed-removed-waiting = { $count ->
    [one] { $url } est retiré de « { $slug } ». { $count } de ses billets attendait et ne partira pas, sauf si un autre flux l’apporte. `facteur post list { $slug } --state gone` montre ce qui ne part pas, `facteur post include` l’envoie malgré tout.
   *[other] { $url } est retiré de « { $slug } ». { $count } de ses billets attendaient et ne partiront pas, sauf si un autre flux les apporte. `facteur post list { $slug } --state gone` montre ce qui ne part pas, `facteur post include` l’envoie malgré tout.
 }
cli-feed-no-source = « { $source } » n’est ni une adresse web ni un fichier lisible : { $error }
cli-feed-entries = { $count ->
    [one] { $count } entrée
   *[other] { $count } entrées
 }
cli-feed-address = Flux : { $url }
cli-feed-no-date = sans date
cli-feed-link = lien
cli-feed-guid = guid
cli-feed-by = par
cli-newsletter-nothing = aucun réglage à changer n’est donné ; `facteur newsletter set --help` les énumère
cli-newsletter-ask-archive = Qui peut lire sur le web ce qu’elle envoie : public (tout le monde), link (qui a l’adresse d’une page) ou off (personne) ?
cli-newsletter-renamed = La lettre s’appelle désormais « { $slug } » ; les adresses en « { $from } » y mènent.
cli-archive-no-page = Pas encore de page : chacune est faite au départ d’un envoi.
cli-archive-not-sent = La page est faite quand l’envoi part.
cli-archive-no-such-page = cet envoi n’a pas encore de page : `facteur archive set { $slug } public` (ou `link`) fait celles des envois antérieurs
cli-archive-off = les archives de « { $slug } » sont fermées, il n’y a donc rien à exporter : `facteur archive set { $slug } public` les ouvre
cli-archive-none = aucune lettre n’a d’archives ouvertes, il n’y a donc rien à exporter : `facteur archive set LETTRE public` en ouvre
cli-archive-not-empty = { $folder } n’est pas vide, rien n’a donc été écrit : nommez un autre dossier, ou remplacez un export antérieur par --replace
cli-archive-cannot-write = impossible d’écrire dans { $folder } : { $error }
cli-archive-exported = { $count ->
    [one] { $count } fichier écrit dans { $folder }.
   *[other] { $count } fichiers écrits dans { $folder }.
 }
cli-newsletter-list-empty = Il n’y a pas encore de lettre. `facteur newsletter add --help` dit comment en ajouter une.
cli-newsletter-held = { $count ->
    [one] { $count } attend son message
   *[other] { $count } attendent leur message
 }
cli-newsletter-test = mode test
cli-newsletter-deleted = supprimée ; effacée définitivement le { $at }
cli-newsletter-confirmed = { $count } confirmés
cli-newsletter-plan = Rien n’a été enregistré (--dry-run). Elle serait :
cli-home-leads = mène à cette lettre
cli-home-lists = montre cette lettre parmi d’autres
cli-home-hides = ne la montre pas (--listed no)
cli-home-others = ne la montre pas, car il y en a d’autres ; `facteur newsletter set { $slug } --listed yes` y remédie
cli-newsletter-added = La lettre « { $slug } » est ajoutée.
cli-newsletter-page = abonnement
cli-newsletter-home = accueil
cli-newsletter-sends = envoie
cli-newsletter-next = prochain
cli-newsletter-steps = À faire ensuite :
cli-newsletter-step-poll = lire son flux maintenant
cli-newsletter-step-feed = lui donner le flux du blog
cli-newsletter-step-preview = voir ce que dirait le prochain envoi
cli-newsletter-step-serve = répondre aux visiteurs et envoyer
cli-mail-error = { $id } erreur : { $what }
cli-mail-warning = { $id } avertissement : { $what }
cli-mail-findings = { $count ->
    [one] { $count } défaut ; `facteur mail lint --help` explique chaque code
   *[other] { $count } défauts ; `facteur mail lint --help` explique chaque code
 }
cli-mail-unreadable = impossible de lire { $file } ; donnez un fichier qui contient un message, ou - : { $error }
cli-letters-none = Aucun message personnel de « { $slug } » n’est incertain.
cli-letters-send-again = { $count ->
    [one] Renvoyer { $count } message personnel incertain ? Il arrivera peut-être deux fois.
   *[other] Renvoyer { $count } messages personnels incertains ? Certains arriveront peut-être deux fois.
 }
cli-letters-accept = { $count ->
    [one] Tenir { $count } message personnel incertain pour accepté ? S’il n’est pas arrivé, il n’arrivera pas.
   *[other] Tenir { $count } messages personnels incertains pour acceptés ? Ceux qui ne sont pas arrivés n’arriveront pas.
 }
cli-letters-again-would = { $count ->
    [one] { $count } message personnel incertain de « { $slug } » repartirait.
   *[other] { $count } messages personnels incertains de « { $slug } » repartiraient.
 }
cli-letters-again = { $count ->
    [one] { $count } message personnel incertain de « { $slug } » repart.
   *[other] { $count } messages personnels incertains de « { $slug } » repartent.
 }
cli-letters-accepted-would = { $count ->
    [one] { $count } message personnel incertain de « { $slug } » serait tenu pour accepté.
   *[other] { $count } messages personnels incertains de « { $slug } » seraient tenus pour acceptés.
 }
cli-letters-accepted = { $count ->
    [one] { $count } message personnel incertain de « { $slug } » est tenu pour accepté.
   *[other] { $count } messages personnels incertains de « { $slug } » sont tenus pour acceptés.
 }
cli-live-done = fait
cli-live-open = reste
cli-schedule-moved = passés au rythme { $number } : { $moved }
cli-schedule-moved-not-all = passés au rythme { $number } : { $moved } ; ceux qui ont choisi le leur y restent : { $count }. Le rythme { $number } écrit plus souvent
cli-schedule-releasing = passés au rythme { $number } : { $moved } ; un envoi est en train de partir, personne d’autre ne peut changer maintenant. Réessayez dans une minute
cli-rhythm-lowered = { $count ->
    [0] personne ne suivait un rythme plus fréquent sans l’avoir choisi
    [one] une personne qui n’avait rien choisi suit désormais ce rythme
   *[other] { $count } personnes qui n’avaient rien choisi suivent désormais ce rythme
}
cli-rhythm-releasing = passés à ce rythme : { $count } ; un envoi est en train de partir, personne d’autre ne peut changer maintenant. Réessayez dans une minute
cli-topic-no-feed = la lettre n’a pas de flux { $url }
cli-topic-none = « { $slug } » n’a pas de thème ; `facteur newsletter topic add { $slug } NOM --category CATÉGORIE` en ajoute un
cli-topic-removed = « { $name } » est supprimé
cli-schedule-removed = le rythme { $number } est supprimé
cli-newsletter-not-deleted = rien n’a été supprimé
cli-newsletter-gone = « { $slug } » est supprimée : ses pages ont disparu, rien n’en est envoyé. Elle sera effacée définitivement le { $until } ; jusque-là, `facteur newsletter restore { $slug }` la fait revenir.
cli-say-yes = dites --yes : personne ne peut répondre ici
cli-newsletter-delete = Supprimer « { $slug } » avec ses abonnés confirmés ({ $readers }) ? Pour le faire, tapez son nom :
cli-newsletter-not-there = il n’y a pas de lettre « { $slug } », ou elle a été effacée il y a plus de trois jours
cli-newsletter-back = « { $slug } » est de retour. Un envoi qui était en route reste en pause : `facteur digest status { $slug }` le montre.
cli-serve-listens = Facteur écoute sur http://{ $local } ; les lecteurs le joignent à { $base_url }. Ctrl-C l’arrête.
cli-serve-works = Facteur travaille sans répondre en HTTP. Ctrl-C l’arrête.
cli-serve-cut-short = l’arrêt en ordre a pris plus de { $seconds } s et a été interrompu
cli-config-unusable = la configuration est inutilisable :
cli-listen = impossible d’écouter sur { $address } : { $error } ; { $next }
cli-listen-in-use = un autre programme, peut-être un autre Facteur, utilise ce port : arrêtez-le, ou choisissez un autre port avec --listen
cli-listen-denied = les ports au-dessous de 1024 demandent des droits ; écoutez sur 8080 et placez un serveur web devant
cli-listen-elsewhere = cette machine n’a pas cette adresse ; 127.0.0.1 et [::] existent toujours
cli-listen-form = donnez ADRESSE:PORT avec --listen, ou `listen` dans la configuration
cli-demo-no-browser = impossible d’ouvrir le navigateur ({ $program } : { $error }) ; ouvrez { $url } vous-même
cli-config-fault = erreur
cli-config-warning = attention
cli-config-loss = perte
cli-config-read = { $count } clés lues
config-has-faults = { $count ->
    [one] la configuration a une erreur
   *[other] la configuration a { $count } erreurs
 }

## Ce que dit le système d’exploitation (partie d’une ligne, sans point)
os-error-not-found = fichier ou dossier introuvable
os-error-denied = accès refusé
os-error-exists = ce nom est déjà pris
os-error-read-only = le système de fichiers est en lecture seule
os-error-full = il n’y a plus de place sur le disque
os-error-directory = c’est un dossier, pas un fichier
os-error-no-directory = une partie du chemin n’est pas un dossier
os-error-address-in-use = l’adresse est déjà utilisée
os-error-address-elsewhere = cette machine n’a pas cette adresse
os-error-refused = connexion refusée
os-error-reset = l’autre côté a coupé la connexion
os-error-broken-pipe = l’autre côté ne lit plus
os-error-timed-out = aucune réponse à temps
os-error-unreachable = la machine est injoignable
os-error-open-files = trop de fichiers ouverts
os-error-host-unknown = nom d’hôte inconnu
os-error-no-resolver = aucun serveur de noms ne répond
os-error-unknown = le système dit : { $words } ({ $code })

## Ce qui empêche les messages de partir (partie d’une ligne, sans point)
hurdle-closed = le serveur a coupé la connexion
hurdle-silent = le serveur n’a pas répondu en { $seconds } s
hurdle-no-reply = la réponse du serveur n’est pas du SMTP : { $words }
hurdle-out-of-step = la réponse du serveur ne convient pas à la demande : { $words }
hurdle-failed = la connexion a échoué : { $words }
hurdle-stopped = arrêté pendant l’attente du serveur
hurdle-tls = TLS avec { $host } a échoué : { $words }
hurdle-tls-expired = TLS avec { $host } a échoué : son certificat a expiré
hurdle-tls-name = TLS avec { $host } a échoué : son certificat est pour un autre nom
hurdle-tls-issuer = TLS avec { $host } a échoué : son certificat n’est pas signé par une autorité que cette machine connaît ([smtp] tls_ca_file en nomme une à vous)
hurdle-no-start-tls = le serveur n’offre pas STARTTLS, et [smtp] tls = "starttls" n’envoie rien en clair
hurdle-early-words = le serveur en a dit plus que sa réponse à STARTTLS avant le début de TLS
hurdle-lmtp = c’est un serveur LMTP, qui ne fait que ranger les messages dans ses propres boîtes ; nommez le serveur SMTP (port 25, 465 ou 587)
hurdle-password-in-clear = un nom d’utilisateur est défini, mais [smtp] tls = "none" : un mot de passe n’est pas envoyé en clair sur un réseau
hurdle-no-auth = un nom d’utilisateur est défini, mais le serveur n’offre ni AUTH PLAIN ni LOGIN
hurdle-no-password-file = un nom d’utilisateur est défini, mais [smtp] password_file ne nomme aucun fichier
hurdle-password-unreadable = un nom d’utilisateur est défini, mais le fichier de mot de passe { $path } est illisible : { $error }
hurdle-password-empty = un nom d’utilisateur est défini, mais le fichier de mot de passe { $path } est vide ; sa première ligne est le mot de passe
hurdle-said = { $words }
trouble-connection = { $server } : { $why }
trouble-disk-short = le disque de la base de données est presque plein : { $free } Mio sont libres et l’envoi en veut { $least } ; il reprend tout seul quand il y a de la place
trouble-disk-full = le disque de la base de données est presque plein : il n’a plus rien pris ; l’envoi reprend tout seul quand il y a de la place

## Ce que `facteur fsck` trouve (partie d’une ligne, sans point)
fsck-no-state = lignes dans un état qui n’existe pas : { $count }
fsck-sum = destinataires : { $recipients }, mais lignes : { $rows }, empaquetés : { $packed }, effacés : { $erased }
fsck-double = destinataires présents deux fois, empaquetés ou en lignes : { $count }
fsck-ended = il est terminé, mais des lignes sont ouvertes : { $count }
fsck-no-mail = il est en cours, mais son message n’est dans aucune langue
fsck-packed-open = destinataires que le paquet { $chunk } tient pour ouverts : { $count }
fsck-unreadable = le paquet { $chunk } est illisible : { $why }
fsck-batches-left = il est terminé, mais des lots restent : { $count }
fsck-overlap = le lot de { $low } à { $high } en touche un autre
fsck-stray = lignes ouvertes hors de tout lot : { $count }
fsck-orphan = il y a des lignes de l’envoi numéro { $digest }, qui n’existe pas ou n’a pas été lancé
fsck-orphan-batches = lots d’envois qui n’existent pas : { $count }
fsck-letter-state = messages personnels dans un état qui n’existe pas : { $count }

## Ce qui ne va pas, ou est risqué, dans une configuration (partie d’une ligne, sans point)
wrong-config-rules = { $file } : { $what }
wrong-config-unreadable = illisible : { $error }
wrong-config-no-toml = TOML non valable : { $what }
wrong-config-kind = { $key } est { $found } ; il faut { $expected }
wrong-config-between = { $key } est { $number } ; il faut de { $low } à { $high }
wrong-config-one-of = { $key } est "{ $text }" ; il faut l’un de { $words }
wrong-config-one-of-near = { $key } est "{ $text }" ; il faut l’un de { $words } (vouliez-vous dire "{ $near }" ?)
wrong-config-text = { $key } est "{ $text }" ; { $expected }
wrong-config-item = { $key } contient "{ $text }" ; { $expected }
wrong-config-no-key = clé inconnue `{ $key }` ; `facteur config show` les montre toutes
wrong-config-no-key-in = clé inconnue `{ $key }` ; vouliez-vous dire `{ $name }` dans [{ $section }] ?
wrong-config-no-key-above = clé inconnue `{ $key }` ; vouliez-vous dire `{ $name }`, au-dessus de la première [section] ?
wrong-config-no-relay-key-near = clé inconnue `{ $key }` ; vouliez-vous dire `{ $near }` ?
wrong-config-no-relay-key = clé inconnue `{ $key }` ; [relay.{ $name }] admet { $keys }
wrong-config-no-host = [relay.{ $name }] n’a pas de host ; nommez le serveur de messagerie
wrong-config-no-password = { $name }.username est défini, mais pas { $name }.password_file ; nommez le fichier qui contient le mot de passe
wrong-config-password-in-clear = { $name }.username est défini, mais { $name }.tls vaut "none" : Facteur n’envoie pas de mot de passe en clair à { $host } ; utilisez "starttls" ou "tls", ou retirez le nom d’utilisateur
wrong-config-same-server = [{ $name }] et [{ $other }] nomment le même serveur et le même utilisateur
wrong-config-database-file = database.url nomme { $path } comme { $parameter }, qui est illisible : { $error }
wrong-config-password-without-server = database.password_file demande un database.url tel que postgres://UTILISATEUR@HÔTE/NOM
wrong-config-power-loss-of-server = database.power_loss = "5ms" ne vaut que pour SQLite ; avec PostgreSQL, c’est le serveur qui écrit sur le disque, et Facteur n’envoie que tant qu’il le fait (fsync, synchronous_commit). Retirez cette ligne
wrong-config-leave-mailbox = smtp.leave_mailbox est défini, mais ni bounces.listen ni bounces.imap ne fait entrer ses messages : si votre serveur de messagerie ne les remet pas à `facteur bounce`, les personnes qui se désabonnent en lui écrivant continuent de recevoir des messages
wrong-config-two-envelope-senders = smtp.bounce_domain et smtp.bounce_address sont tous deux définis, mais un message n’a qu’un expéditeur d’enveloppe ; retirez l’un des deux
wrong-config-no-envelope-sender = smtp.bounce_domain et smtp.bounce_address sont vides : les rapports sur les messages qu’un serveur a pris sans pouvoir les remettre vont à l’adresse de chaque lettre, et rien n’y dit avec certitude de qui il s’agit : les adresses mortes continuent de recevoir des messages ; et les plaintes n’ont pas d’adresse (CFBL-Address, RFC 9477)
wrong-config-disposable-file = signup.disposable_file désigne { $path }, illisible : { $error }
wrong-config-key-file = le fichier de clé { $path } est illisible : { $error }
wrong-config-key-empty = le fichier de clé { $path } est vide
wrong-config-unfit = le contenu du fichier ne convient pas : { $expected }
wrong-config-no-hook-key = clé inconnue `{ $key }` ; [{ $section }] accepte { $keys }
wrong-config-no-hook-near = clé inconnue `{ $key }` ; vouliez-vous dire [{ $near }] ?
wrong-config-no-hook = clé inconnue `{ $key }` ; il y a { $names }
wrong-config-no-hook-proof = { $section }.secret_file est défini, mais pas { $section }.key_file : rien ne distinguerait ce que le prestataire envoie d’une contrefaçon ; indiquez le fichier qui contient sa clé de signature
wrong-config-no-hook-secret = { $section }.{ $key } est défini, mais pas { $section }.secret_file ; indiquez le fichier qui contient le secret de l’adresse
wrong-config-no-user = { $name }.host est défini, mais pas { $name }.username ; indiquez qui lit la boîte
wrong-config-no-client = oidc.issuer est défini, mais pas oidc.client_id ; indiquez comment le fournisseur nomme Facteur
wrong-config-password-file = le fichier de mot de passe { $path } est illisible : { $error }
wrong-config-password-empty = le fichier de mot de passe { $path } est vide ; sa première ligne est le mot de passe
wrong-config-no-pem = { $path } ne peut pas être lu comme certificats PEM : { $error }
wrong-config-no-certificate = { $path } ne contient aucun certificat (PEM, -----BEGIN CERTIFICATE-----)
wrong-config-example = { $key } a encore la valeur de l’exemple ({ $value }) : cet hôte n’existe pas ; mettez le vôtre
wrong-config-no-such-host = { $key } nomme un hôte qui n’existe pas ({ $value }) : les noms comme example.org, ou qui finissent par .example, sont réservés aux exemples ; mettez le vôtre
wrong-config-no-tls = { $name }.tls vaut "none" : les messages vont en clair à { $host }
wrong-config-any-certificate = { $name }.tls_accept_invalid : n’importe qui sur le chemin de { $host } peut lire les messages
wrong-config-http = base_url est en http : les liens des messages et le désabonnement en un clic (RFC 8058) demandent https
wrong-config-only-here = base_url ne vaut que pour cette machine : personne d’autre ne peut ouvrir les liens des messages
wrong-config-no-proxy = web.trusted_proxies est vide, alors que Facteur semble tourner derrière un proxy (base_url est en https, et `listen` ne vaut que pour cette machine) : tous les visiteurs paraissent n’en être qu’un, et les limites de [signup] retardent leurs messages. Nommez le proxy, par exemple trusted_proxies = ["127.0.0.1", "::1"]
wrong-config-password-in-url = database.url contient un mot de passe ; mettez-le dans le fichier que nomme database.password_file
wrong-config-database-in-clear = database.url laisse mots de passe et adresses aller en clair à { $host }, ou à un imposteur : ajoutez sslmode=verify-full (avec sslrootcert=FICHIER pour une autorité à vous)
wrong-config-no-parameter = database.url a un paramètre `{ $name }` que Facteur ne connaît pas ; il est ignoré
wrong-config-open-file = tout le monde sur cette machine peut lire { $path } ; lancez `chmod 600` dessus
wrong-config-not-read = { $variable } n’est pas lue : écrivez { $right }
wrong-config-not-read-section = { $variable } n’est pas lue : écrivez { $right }, avec deux traits bas après le nom de la section
wrong-config-like-variable = { $variable } n’est pas lue ; vouliez-vous dire { $right } ?
wrong-config-no-variable = { $variable } n’est pas lue : aucune clé n’a ce nom ; `facteur config show` les montre toutes

## Ce qu’une clé doit contenir (partie d’une ligne, sans point)
config-expected-web-address = il faut une adresse comme "https://lettres.example.org" ({ $error })
config-expected-web-scheme = il faut une adresse comme "https://lettres.example.org" : http ou https, puis un hôte
config-expected-web-parts = il faut une adresse comme "https://lettres.example.org" : sans utilisateur, sans ? ni #
config-expected-web-path = il faut une adresse comme "https://lettres.example.org" : Facteur a besoin d’un hôte à lui ; un chemin après l’hôte n’est pas possible
config-expected-listen = il faut ADRESSE:PORT, par exemple "127.0.0.1:8080" ou "[::]:8080"
config-expected-memory = une base en mémoire serait perdue à l’arrêt de Facteur : il faut un fichier, sqlite://CHEMIN
config-expected-database = il faut sqlite://CHEMIN ou postgres://UTILISATEUR@HÔTE/NOM
config-expected-host = il faut un nom d’hôte ou une adresse IP, sans protocole ni port
config-expected-mailbox = il faut NOM@DOMAINE, sans +
config-expected-bounce-address = il faut une adresse comme "bonjour+{"{token}"}@example.org"
config-expected-bounce-address-mark = il faut une adresse comme "bonjour+{"{token}"}@example.org" : un nom, puis + ou ce qui en tient lieu pour votre serveur de messagerie, puis {"{token}"}
config-expected-bounce-address-end = il faut une adresse comme "bonjour+{"{token}"}@example.org" : rien entre {"{token}"} et @
config-expected-bounce-address-long = ce qui précède {"{token}"} peut avoir { $most } caractères au plus
config-expected-socket = une socket se désigne par son chemin entier, comme unix:/run/facteur/bounces.sock
config-expected-folder = il faut le nom d’un dossier de la boîte, comme INBOX ou Facteur/Done
config-expected-name-server = il faut "system", ou une adresse comme "192.0.2.53" ou "[2001:db8::53]:5353"
config-expected-hook-secret = sa première ligne doit avoir 24 à 128 lettres, chiffres, - ou _ ; `openssl rand -hex 24` en fait une
config-expected-hook-login = sa première ligne doit être UTILISATEUR:MOTDEPASSE, comme ils ont été donnés au prestataire
config-expected-hook-topic = il faut l’ARN d’un sujet, arn:aws:sns:…
config-expected-hook-key = il faut la clé de signature, sur une ligne
config-expected-hook-key-postal = il faut la clé publique : PEM, ou le p= de l’enregistrement DKIM du serveur
config-expected-hook-key-sendgrid = il faut la clé de vérification que montrent les réglages chez SendGrid
config-expected-hook-key-resend = il faut le secret de signature, whsec_…
config-expected-sender = il faut "Nom <NOM@DOMAINE>" ou NOM@DOMAINE
config-expected-issuer = il faut l’adresse d’un fournisseur telle qu’il la donne lui-même, en https, sans utilisateur, ? ni # (http seulement sur cette machine)
config-expected-scope = il faut un mot sans espace, guillemet ni \
config-expected-zone = il faut un fuseau horaire IANA tel que "Europe/Paris"
config-expected-network = il faut une adresse IP ou un réseau tel que "10.0.0.0/8"
config-expected-log-filter = il faut error, warn, info, debug ou un filtre tel que "info,facteur::delivery=debug"
config-expected-server = il faut postgres://UTILISATEUR@HÔTE/NOM
config-expected-encode = dans un nom d’utilisateur ou un mot de passe, / s’écrit %2F, # %23, ? %3F, @ %40, : %3A et % %25 (ou mettez le mot de passe dans password_file, où ces codes sont inutiles)
config-expected-server-encode = il faut postgres://UTILISATEUR@HÔTE/NOM ; dans un nom d’utilisateur ou un mot de passe, / s’écrit %2F, # %23, ? %3F, @ %40, : %3A et % %25 (ou mettez le mot de passe dans password_file, où ces codes sont inutiles)
config-expected-port = son port doit être de 1 à 65535
config-expected-port-encode = son port doit être de 1 à 65535 ; dans un nom d’utilisateur ou un mot de passe, / s’écrit %2F, # %23, ? %3F, @ %40, : %3A et % %25 (ou mettez le mot de passe dans password_file, où ces codes sont inutiles)
config-expected-connect-timeout = connect_timeout doit y être un nombre entier de secondes
config-expected-ssl-mode = sslmode doit y être parmi { $modes }
config-expected-host-address = hostaddr doit y être une adresse IP
config-expected-cache = statement-cache-capacity doit y être un nombre entier
config-expected-one-host = elle nomme plusieurs ports et un seul hôte
config-expected-hosts-ports = elle nomme { $hosts } hôtes et { $ports } ports
config-expected-session = target_session_attrs doit y être read-write, primary ou any : Facteur écrit

## Types de valeurs
config-kind-text = un texte entre guillemets
config-kind-number = un nombre entier
config-kind-fraction = un nombre à virgule
config-kind-flag = true ou false
config-kind-list = une liste de textes
config-kind-other-list = une liste qui contient autre chose que des textes
config-kind-date = une date
config-kind-sections = une liste de sections
config-kind-other = autre chose

## Demo
demo-name = Démo
demo-tour = La visite en six étapes
demo-places = Lieux de la démo
demo-done = fait
demo-clock = Horloge de la démo :
demo-when = { $date }, { $time }
demo-blog = Blog d’essai
demo-mailbox = Boîte aux lettres
demo-unread = non lus
demo-unread-single = non lu
demo-unread-one = Non lu :
demo-author = Vous
demo-newsletter-description = Les nouvelles du four communal, chaque lundi matin : les fournées, les gens, et ce qu’on apprend en regardant lever la pâte.

demo-title = Du billet à la boîte aux lettres, en six étapes
demo-lead = Voici Facteur au complet, sur cette seule machine. Vous êtes tour à tour le visiteur, l’auteur et le lecteur. Aucun message ne quitte cette machine : prenez n’importe quelle adresse.
demo-step-1 = S’abonner
demo-step-1-text = Donnez une adresse inventée sur la page d’abonnement, ou dans le formulaire du blog. Facteur ne l’abonne pas encore : il lui envoie d’abord un message.
demo-step-2 = Confirmer
demo-step-2-text = Le message de confirmation arrive dans la boîte aux lettres. Ouvrez-le, suivez son lien, appuyez sur le bouton : ouvrir un lien ne suffit jamais.
demo-step-3 = Publier
demo-step-3-text = Publiez un des billets préparés, ou écrivez le vôtre. Facteur lit le flux RSS du blog et retient ce qui est nouveau.
demo-step-4 = Avancer
demo-step-4-text = Les abonnés reçoivent les billets chaque lundi à 8 h. Plutôt que d’attendre, avancez l’horloge.
demo-step-5 = Lire
demo-step-5-text = L’envoi arrive dans la boîte aux lettres. Regardez-le en pleine largeur, sur un téléphone, en texte seul, et lisez ses en-têtes.
demo-step-6 = Partir
demo-step-6-text = Chaque message contient un lien pour se désabonner : un bouton, et c’est fait. Vous changez d’avis ? Un bouton suffit pour revenir.
demo-hint-1 = Abonnez-vous avec l’adresse de votre choix : rien ne quitte cette machine.
demo-action-1 = Page d’abonnement
demo-hint-2 = Un message de confirmation vous attend. Ouvrez-le et suivez son lien.
demo-hint-2-press = Ouvrir le lien n’a rien changé : seul le bouton confirme.
demo-action-2 = Ouvrir le message
demo-hint-3 = À vous d’écrire : publiez un billet sur le blog d’essai.
demo-action-3 = Publier un billet
demo-hint-4 = Le billet partira le { $slot }. Inutile d’attendre : avancez l’horloge.
demo-action-4 = Avancer jusqu’à l’envoi
demo-hint-wait = Un envoi attend l’accord de la rédaction : l’horloge n’y change rien. Approuvez-le dans la console.
demo-action-wait = Ouvrir la console
demo-hint-login = Pas besoin de mot de passe ici : ce bouton, ou « Console » en haut, vous fait entrer comme rédacteur.
demo-hint-5 = L’envoi est arrivé dans la boîte aux lettres.
demo-action-5 = Lire le message
demo-hint-6 = Dans le message, suivez le lien « Se désabonner ».
demo-hint-6-press = Ouvrir le lien n’a rien changé : appuyez sur le bouton pour vous désabonner.
demo-action-6 = Revoir le message
demo-hint-undo = C’est fait, vous êtes parti. Vous changez d’avis ? La page d’adieu a un bouton pour annuler.
demo-hint-undo-press = C’est fait. Vous changez d’avis ? Un bouton suffit pour annuler.
demo-action-undo = Revoir le message
demo-hint-all = La visite est terminée ! Publiez encore, avancez l’horloge, regardez les en-têtes…
demo-action-all = Publier un autre billet

demo-clock-title = L’horloge de la démo
demo-next-slot = Prochain envoi
demo-confirmed = Abonnés confirmés
demo-waiting = Billets en attente
demo-turn = Avancer jusqu’au prochain envoi
demo-invented = (dont 300 inventés : la boîte aux lettres ne garde pas leurs messages)
demo-invented-name = Lecteur inventé { $number }
demo-invented-mailing = Envoi inventé { $number }
demo-invented-text = Cet envoi a été inventé pour la démonstration, afin que ses statistiques aient une année à montrer.
demo-invented-consent = Inventé pour la démonstration
demo-console = Console
demo-console-title = Et la rédaction ?
demo-console-text = Publiez un billet, puis ouvrez la console : voyez ce qui part ensuite, envoyez-le aux 300 lecteurs inventés et à vous-même, reprenez-le dans la minute ou regardez-le partir.
demo-console-open = Ouvrir la console de la rédaction
demo-archive = Archives
demo-archive-title = Et qui arrive plus tard ?
demo-archive-text = Les archives de cette lettre sont publiques : chaque envoi, même inventé, a sa page, que tout le monde peut lire, retrouver par une recherche et suivre par un flux. Pour votre propre lettre, elles restent fermées tant que vous ne les ouvrez pas.
demo-archive-open = Ouvrir les archives
demo-slots-title = Ce que sont devenus les envois
demo-slots-none = Aucun n’a encore eu lieu.
demo-slots-why = Chaque envoi prévu laisse une trace : parti, ou pas parti et pourquoi.
demo-slot-sent = { $count ->
    [one] Parti vers une adresse : « { $subject } ».
   *[other] Parti vers { $count } adresses : « { $subject } ».
 }
demo-slot-waiting = Prêt, mais pas encore parti : « { $subject } ». La console dit ce qu’il attend.
demo-slot-skipped = Pas d’envoi : { $reason }.
demo-real-title = Rien n’est simulé
demo-real-text = Le flux est lu par HTTP, les messages passent par SMTP, et le registre des envois est sur le disque. Seuls le blog et la boîte aux lettres sont des décors.
demo-kept = Tout est gardé dans { $folder }.
demo-not-kept = Ctrl-C arrête la démo et efface tout. L’option --keep DOSSIER garde tout pour la prochaine fois.
demo-foot = Démo de Facteur. Elle n’est accessible que depuis cette machine.

demo-blog-tagline = Nouvelles d’un four à pain et de ceux qui l’ont rallumé
demo-blog-foot = Un blog d’essai : le village, le four et le chien sont inventés.
demo-feed = Flux RSS
demo-all-posts = Tous les billets
demo-publish-title = Le bureau de l’auteur
demo-publish-lead = Des billets prêts à partir. Publiez-en un : il paraît sur le blog et dans son flux RSS.
demo-publish = Publier
demo-publish-this = Publier « { $title } »
demo-publish-empty = Il manque le titre ou le texte.
demo-publish-long = Un titre de 150 caractères et un texte de 10 000 au plus.
demo-published = Publié. Facteur a lu le flux : ce billet partira le { $slot }.
demo-drafts-none = Tous les billets préparés sont publiés. Écrivez le vôtre !
demo-own-title = Écrire le vôtre
demo-own-heading = Titre
demo-own-text = Texte
demo-own-hint = En Markdown, si vous voulez : **gras**, *italique*, listes.
demo-embed-title = Recevez le prochain billet
demo-embed-lead = Chaque lundi matin, s’il y a du nouveau. Une adresse suffit, et vous pourrez vous désabonner en un clic.
demo-embed-label = Votre adresse électronique
demo-embed-button = S’abonner
demo-embed-note = Un formulaire HTML ordinaire, collé dans la page du blog, sans JavaScript.

demo-mailbox-lead = Tous les messages que Facteur a remis au serveur SMTP de la démo, quel que soit le destinataire.
demo-mailbox-empty = La boîte est vide.
demo-mailbox-empty-next = Le premier message y arrivera dès votre abonnement.
demo-mail-to = à { $address }
demo-mail-from = De
demo-mail-for = À
demo-mail-at = Reçu
demo-mail-views = Vues du message
demo-show-html = Message
demo-show-phone = Téléphone
demo-show-text = Texte
demo-show-headers = En-têtes
demo-show-check = Contrôle
demo-show-raw = Source
demo-check-good = Rien à redire : ce message respecte toutes les règles.
demo-check-found = Le contrôle a relevé :
demo-check-what = Le même contrôle s’applique à chaque message de chaque test de Facteur : structure, en-têtes, liens de désabonnement, longueur des lignes, poids. En ligne de commande : facteur mail lint FICHIER.
demo-welcome = Facteur, la démo. Aucun message ne quitte cette machine.
    {""}
      Commencez ici        { $url }/demo
      Page d’abonnement    { $url }/n/carnet
      Blog d’essai         { $url }/demo/blog
      Boîte aux lettres    { $url }/demo/mail
    {""}
    À essayer : abonnez-vous, ouvrez la confirmation, publiez un billet,
    avancez l’horloge jusqu’à lundi 8 h, lisez le message, partez et revenez.
    Le bandeau en haut de chaque page vous guide.
    {""}
    Ctrl-C arrête tout.
demo-goodbye = Démo terminée.

## Motifs : pourquoi un envoi a été sauté, suspendu, annulé ou mis en attente (partie d’une ligne, sans point)
reason-no-new-post = aucun nouveau billet
reason-schedule-paused = en pause
reason-skipped-by-editor = sauté à la demande
reason-nobody-subscribed = aucun abonné confirmé
reason-too-late = trop tard
reason-caught-up = rattrapé avec le suivant
reason-posts-vanished = ses billets ne sont plus dans le flux
reason-posts-taken-back = ses billets ont été retirés
reason-unless-stopped = part à son heure, sauf si quelqu’un l’arrête
reason-sent-by-editor = envoyé à la demande, peut encore être repris
reason-planned-by-editor = prévu pour son heure, peut encore être repris
reason-approved-by-editor = approuvé, peut encore être repris
reason-stopped-by-editor = arrêté à la demande avant son départ
reason-paused-by-editor = mis en pause à la demande
reason-cancelled-by-editor = annulé à la demande
reason-sender-refused = le serveur de messagerie refuse l’expéditeur : { $words }
reason-mails-refused = le serveur de messagerie refuse un message après l’autre : { $words }
reason-addresses-unknown = le serveur de messagerie dit inconnue une adresse après l’autre : { $words } ; personne n’a été écarté. Reprenez-le, et elles seront réessayées plus tard ; ou déclarez-les disparues
reason-test-mode = mode test : seule la rédaction l’a reçu
reason-newsletter-deleted = la lettre a été supprimée
reason-bounces-reported = { $count } de ses messages sont revenus parce que leurs adresses n’existent pas : le reste attend votre décision
reason-complaints-reported = { $count } personnes l’ont signalé comme indésirable : le reste attend votre décision
reason-held = retenu : cette base de données est peut-être une copie, ou plus ancienne que ce qui a été envoyé (`facteur resume`)
reason-not-rendered = le message n’a pas pu être composé : { $words } ; corrigez cela puis approuvez l’envoi
reason-signing-key-unusable = ses messages ne peuvent pas être signés (DKIM) : { $words }. Remettez en place le fichier de la clé, ou mettez-lui fin (`facteur dkim retire`), puis reprenez l’envoi
reason-not-green = attend que le diagnostic ne trouve plus de défaut (`facteur doctor`), ou votre décision, car c’est le premier à autant de personnes
reason-mails-unreadable = ses messages sont devenus illisibles : { $words }
reason-database-older = cette base de données est plus ancienne que ce qu’on en a vu en dernier : une sauvegarde a été remise en place, ou un serveur en retard a été promu
reason-database-copied = cette base de données est une copie, ou a été déplacée : elle n’est pas là d’où les derniers envois sont partis
reason-database-moved = cette base de données a une autre histoire que lors du dernier envoi (promue, ou rétablie à un instant passé), et aucun fichier de cette machine ne garantit que rien ne manque
reason-database-strange = cette base de données est jointe à une adresse jamais vue, personne d’autre n’envoie depuis elle, et cette machine ne la connaît pas : ce peut être une copie du disque d’un autre serveur
reason-database-unknown = le fichier qui accompagnait cette base de données manque : rien ne dit si c’est une copie
reason-database-other = cette base de données n’est pas celle d’où les derniers envois sont partis d’ici
reason-database-forgot = cette base de données est revenue plus loin en arrière que ce dont ce processus se souvient
reason-digest-forgotten = cette base de données est revenue avant un envoi qui était en cours ; les mêmes billets repartiraient, y compris vers ceux qui les ont déjà reçus
reason-held-by-operator = un exploitant a lancé `facteur hold`

## États d’un envoi
digest-state-waiting = en attente
digest-state-releasing = en préparation
digest-state-sending = en cours d’envoi
digest-state-paused = en pause
digest-state-finished = envoyé
digest-state-skipped = sauté
digest-state-cancelled = annulé

## Ce qu’un envoi refuse (partie d’une ligne, sans point)
error-digest-unknown = aucun envoi ne porte cet identifiant
error-digest-gone = cet envoi n’existe plus
error-digest-schedule-gone = ce rythme n’existe plus
error-digest-newsletter-gone = la lettre de cet envoi n’existe plus
error-digest-no-new-post = aucun nouveau billet à envoyer
error-digest-posts-rest = aucun nouveau billet à envoyer : { $count ->
    [one] 1 repose encore { $seconds } s, le temps de pouvoir le retirer
   *[other] { $count } reposent, le temps de pouvoir les retirer, le premier encore { $seconds } s
 }
error-digest-digest-waits = aucun nouveau billet à envoyer ; l’envoi { $id } attend d’être approuvé
error-digest-posts-rest-and-digest-waits = aucun nouveau billet à envoyer : { $count ->
    [one] 1 repose encore { $seconds } s, le temps de pouvoir le retirer
   *[other] { $count } reposent, le temps de pouvoir les retirer, le premier encore { $seconds } s
 } ; l’envoi { $id } attend d’être approuvé
error-digest-posts-taken-back = plus aucun billet dans l’envoi { $id } : ils ont été retirés ; sautez-le
error-digest-test-mode = la lettre { $slug } est en mode test : rien ne part vers ses abonnés avant sa mise en service
error-digest-deleted = la lettre « { $slug } » a été supprimée ; pendant trois jours, elle peut être rétablie
error-digest-on-its-way = l’envoi { $id } est en route vers les abonnés : attendez sa fin ou annulez-le, puis passez en mode test
error-digest-pause-ended = ce jour est déjà venu : une pause se termine plus tard
error-digest-nobody-subscribed = personne ne le recevrait : aucun abonné confirmé ne suit ce rythme
error-digest-wrong-state = l’envoi { $id } est { $state } : { $rule }
error-digest-held = retenu : { $why }. Si cette base de données est celle qui doit envoyer, et qu’aucune autre n’envoie, la personne qui gère cette machine laisse tout repartir
error-digest-not-rendered = le message n’a pas pu être composé : { $words } ; l’envoi attend, corrigez cela puis approuvez-le
error-digest-not-green = ce serait le premier envoi à autant de personnes, et le diagnostic a trouvé un défaut ou n’a pas encore eu lieu : `facteur doctor` regarde, et `facteur doctor LETTRE --waive` laisse partir malgré tout
error-digest-too-many-tests = un essai part à { $most } adresses au plus
error-digest-no-address = { $why }
rule-digest-approve = seul un envoi en attente peut être approuvé
rule-digest-take-back = seul un envoi qui n’est pas encore parti peut être repris
rule-digest-skip = seul un envoi en attente peut être sauté
rule-digest-pause = seul un envoi en cours peut être mis en pause
rule-digest-resume = seul un envoi en pause peut reprendre
rule-digest-cancel = seul un envoi en cours peut être annulé
rule-digest-edit-on-its-way = il va partir tel quel ; reprenez-le, puis modifiez-le
rule-digest-retry = seul un envoi déjà parti peut être retenté
rule-digest-settle = seul un envoi déjà parti peut avoir des messages au sort incertain
rule-digest-withdraw = seule la page d’un envoi déjà parti peut être retirée
error-digest-blocked = il ne peut pas partir ainsi : { $checks }
error-digest-says-nothing = l’envoi { $id } ne contient rien : son créneau a été sauté
error-digest-went-out = l’envoi { $id } est parti, au moins en partie : un second toucherait des personnes deux fois. Seul un envoi sauté, ou annulé avant son premier message, peut être dupliqué
error-digest-nothing-left = aucun billet de l’envoi { $id } ne peut partir avec un second : ils attendent le prochain, ou sont partis avec un autre
rule-digest-edit = seul un envoi en attente, et pas encore figé, peut être modifié

## Ce qui ne convient pas dans les réglages d’une lettre (partie d’une ligne, sans point)
wrong-setting-slug = « { $slug } » ne peut pas figurer dans une adresse : utilisez de 1 à 63 caractères parmi a-z, 0-9 et « - »
wrong-setting-no-name = il faut un nom à la lettre
wrong-setting-no-sender = il faut un expéditeur à la lettre : un nom et une adresse, par exemple Le carnet <carnet@example.org>
wrong-setting-no-language = il faut une langue à la lettre, parmi : { $known }
wrong-setting-language = il n’y a pas encore de textes en « { $tag } » ; il y en a en : { $known }
wrong-setting-lines = doit tenir sur une ligne
wrong-setting-long = plus de { $most } caractères
wrong-setting-control = contient un caractère de commande
wrong-setting-mailbox = « { $typed } » n’est pas une adresse : écrivez `Nom <nom@example.org>` ou `nom@example.org`
wrong-setting-address = « { $typed } » n’est pas une adresse
wrong-setting-domain = « { $domain } » n’est pas un domaine
wrong-setting-no-dot = « { $typed } » : il manque la fin après le signe @, par exemple .org
wrong-setting-web-address = « { $typed } » n’est pas une adresse web : elle doit commencer par https:// ou http://
wrong-setting-picture-address = « { $typed } » n’est pas l’adresse d’une image pour des courriels : elle doit commencer par https://
wrong-setting-colour = « { $typed } » n’est pas une couleur : écrivez-la comme #1d4e89
wrong-setting-zone = « { $typed } » n’est pas un fuseau horaire : utilisez un nom IANA tel que `Europe/Paris`
wrong-setting-time = « { $typed } » n’est pas une heure : écrivez-la sous la forme 08:00
wrong-setting-no-hour = un envoi à chaque billet n’a pas d’heure : il part dès que le billet a reposé
wrong-setting-no-veto = un envoi à chaque billet n’a pas d’heure prévue, donc pas d’heure avant elle pour l’arrêter : laissez-le partir tout seul, ou attendre la rédaction
wrong-setting-no-days = pas de jours avec « chaque { $every } » : on n’en choisit que dans une semaine ou un mois
wrong-setting-no-weekday = choisissez au moins un jour de la semaine
wrong-setting-month-day = « { $typed } » n’est pas un jour du mois : indiquez un nombre de 1 à 31, `last`, `2 tuesday` (1 à 4) ou `last friday`
wrong-setting-weekday = « { $typed } » n’est pas un jour de la semaine : indiquez monday, tuesday, … ou sunday
wrong-setting-taken = il y a déjà une lettre « { $slug } » : choisissez un autre nom court, ou modifiez celle-là
wrong-setting-schedule-in-use = { $count ->
    [one] une personne suit ce rythme : passez-la d’abord à un autre
   *[other] { $count } personnes suivent ce rythme : passez-les d’abord à un autre
}
wrong-setting-chosen-schedule = { $count ->
    [one] une personne a choisi ce rythme : il ne peut pas lui écrire plus souvent. Ajoutez-en plutôt un autre
   *[other] { $count } personnes ont choisi ce rythme : il ne peut pas leur écrire plus souvent. Ajoutez-en plutôt un autre
}
wrong-setting-default-schedule = les nouveaux abonnés suivent ce rythme : faites d’abord d’un autre le rythme par défaut
wrong-setting-schedule-gone = ce rythme a été supprimé entre-temps
wrong-setting-topic-name = un thème a besoin d’un nom, celui que voient les lecteurs
wrong-setting-topic-taken = il y a déjà un thème « { $name } » : choisissez un autre nom, ou modifiez celui-là
wrong-setting-no-topic = il n’y a pas de thème « { $name } »
wrong-setting-topic-gone = ce thème a été supprimé entre-temps
wrong-setting-topics-full = une lettre a { $most } thèmes au plus : supprimez-en un d’abord
wrong-setting-welcome-posts = un message de bienvenue mène à { $most } billets au plus
wrong-setting-welcome-no-post = choisissez un billet au moins, ou un autre contenu pour le message de bienvenue
wrong-setting-no-post = la lettre n’a aucun billet de numéro { $id }, ou il a disparu
wrong-setting-stay-months = la question peut venir après { $least } à { $most } mois
wrong-setting-stay-days = le délai de réponse va de { $least } à { $most } jours
wrong-setting-topics-used-up = cette lettre a eu { $most } thèmes, ceux qui ont été supprimés compris, et les choix des lecteurs n’ont plus de place : renommez-en plutôt un
wrong-setting-categories = un thème prend { $most } catégories au plus
wrong-setting-only-schedule = une lettre a besoin d’un rythme au moins : modifiez celui-ci, ou mettez-le en pause
wrong-setting-no-schedule = la lettre a { $count ->
    [one] 1 rythme
   *[other] { $count } rythmes
 } ; aucun ne porte le numéro { $number }. `--schedule new` en ajoute un

## Why a reader’s choice cannot be
refused-choice-rhythm-not-offered = ce rythme n’est plus proposé : choisissez l’un de ceux qui sont affichés
refused-choice-rhythm-chosen = cette personne a choisi son rythme elle-même : elle seule peut demander à recevoir plus souvent
refused-choice-no-such-topic = un de ces thèmes n’existe plus : choisissez parmi ceux qui sont affichés
refused-choice-no-topic = choisissez au moins un thème. Si vous ne voulez rien recevoir pendant un temps, faites une pause
refused-choice-too-many-topics = ce sont plus de thèmes qu’il n’y en a
refused-choice-pause-ended = une pause se termine un jour à venir
refused-choice-pause-too-long = une pause dure un an au plus
refused-choice-not-subscribed = cette adresse n’est pas (ou plus) abonnée
refused-choice-changed-meanwhile = vos réglages ont changé depuis l’ouverture de cette page : rien n’a été enregistré, et la page les montre tels qu’ils sont

## The same at a terminal: the flag or the command that mends it (stands in parentheses)
cli-wrong-setting-no-name = --name "Le carnet"
cli-wrong-setting-no-sender = --from "Le carnet <carnet@example.org>"
cli-wrong-setting-no-veto = --approval auto, ou --approval hold
cli-wrong-setting-no-weekday = --on monday,thursday
cli-wrong-setting-taken = facteur newsletter set { $slug } …
cli-error-digest-test-mode = facteur newsletter live { $slug }
cli-error-digest-deleted = facteur newsletter restore { $slug }
cli-error-digest-held = facteur resume

## Ce qui ne convient pas dans un billet (partie d’une ligne, sans point)
wrong-post-no-title = le titre est vide ; il en faut un
wrong-post-long = plus de { $most } caractères
wrong-post-two-texts = donnez html ou markdown, pas les deux
wrong-post-large = le texte dépasse { $most } octets
wrong-post-web-address = « { $given } » n’est pas une adresse web telle que https://blog.example/billet

## Ce qui ne convient pas dans un brouillon ou une image (partie d’une ligne, sans point)
wrong-draft-title = le titre dépasse { $most } caractères ; raccourcissez-le
wrong-draft-body = le texte dépasse { $most } Ko ; répartissez-le en plusieurs
wrong-picture-no-file = aucune image n’a été choisie ; choisissez un fichier
wrong-picture-too-large = le fichier dépasse { $most } Mo ; choisissez-en un plus petit
wrong-picture-no-picture = le fichier n’est pas une image PNG, JPEG, WebP ou GIF ; choisissez-en une autre
wrong-picture-broken = le fichier commence comme une image, mais ne peut pas être lu jusqu’au bout ; enregistrez-le de nouveau avec un logiciel d’images
wrong-picture-too-many-pixels = l’image a plus de { $most } millions de pixels ; réduisez-la d’abord
wrong-picture-no-alt = dites en quelques mots ce que l’image montre, ou cochez qu’elle est décorative

## Ce qui est montré d’un envoi, d’un abonné, d’un billet, d’un flux : étiquettes
label-digest = envoi
label-state = état
label-reason = motif
label-note = note
label-slot = prévu le
label-leaves = part le
label-subject = objet
label-part = version
label-post = billet
label-released = lancé le
label-finished = terminé le
label-recipients = destinataires
label-accepted = acceptés
label-queued = à envoyer
label-started = en route
label-later = reportés
label-refused = refusés
label-skipped = écartés
label-doubt = incertains
label-maybe-twice = en double ?
label-server = le serveur
label-next-attempt = prochain essai
label-stands = à l’arrêt
label-left = reste
label-departures = partis
label-newsletter = lettre
label-name = nom
label-language = langue
label-rhythm = rythme
label-topics = thèmes
label-paused-until = pause
label-asked = demandé
label-confirmed = confirmé
label-ended = terminé
label-contact = contact
label-asked-to-stay = question
heading-consent = Consentement
heading-letters = Messages personnels
heading-digests = Envois

## Ce qui est montré d’un envoi
digest-which = { $id } de { $newsletter }, rythme { $number }
digest-left = { $seconds } s à { $rate } par seconde
digest-note-feed-unread = un flux n’a pas pu être lu avant la composition : { $feed } : { $error }
digest-note-feeds-late = un flux n’a pas pu être lu avant la composition : les flux ont pris plus de { $seconds } s
digest-note-feeds-failed = un flux n’a pas pu être lu avant la composition : { $error }
digest-note-posts-vanished = { $count ->
    [one] { $count } billet qui attendait a disparu de son flux et n’en fait pas partie
   *[other] { $count } billets qui attendaient ont disparu de leurs flux et n’en font pas partie
 }
digest-note-topic-sets = les lecteurs ont choisi { $count } combinaisons de thèmes différentes, et il y a { $most } versions : les autres ont reçu la version plus large la plus proche
notes-joined = { $first } ; { $second }
digest-doubt = partis, sans réponse
digest-unknown-how = `facteur digest resume { $newsletter } { $id }` réessaie plus tard ; avec --accept-bounces, il les déclare disparues
digest-doubt-again = `facteur digest retry { $newsletter } { $id } --doubtful` les renvoie : certains peuvent arriver deux fois
digest-doubt-settle = `facteur digest settle { $newsletter } { $id }` les tient pour acceptés : certains ne sont peut-être jamais arrivés
digest-line-left = parti le { $date }
progress-of = { $done } sur { $all }
progress-accepted = { $count ->
    [one] { $count } accepté
   *[other] { $count } acceptés
 }
progress-later = { $count ->
    [one] { $count } reporté
   *[other] { $count } reportés
 }
progress-refused = { $count ->
    [one] { $count } refusé
   *[other] { $count } refusés
 }
progress-skipped = { $count ->
    [one] { $count } écarté
   *[other] { $count } écartés
 }
progress-doubt = { $count ->
    [one] { $count } incertain
   *[other] { $count } incertains
 }
progress-left = encore { $span }
span-seconds = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
 }
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
span-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
 }
span-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
 }

## Ce qu’est devenu un message pour une personne, et pourquoi
row-state-queued = à envoyer
row-state-started = en route
row-state-accepted = accepté
row-state-refused = refusé
row-state-deferred = reporté
row-state-skipped = écarté
row-state-uncertain = incertain
row-state-planned = prévu
rhythm-is-default = pour les nouveaux abonnés
rhythm-is-offered = les lecteurs peuvent le choisir
rhythm-is-not-offered = les lecteurs ne peuvent pas le choisir
rhythm-people = abonnés : { $people }, par choix : { $chosen }
topic-readers = { $count ->
    [one] { $count } lecteur l’a choisi
   *[other] { $count } lecteurs l’ont choisi
}
outcome-left = désabonné
outcome-suppressed = écarté
outcome-cancelled = annulé
outcome-erased = effacé
outcome-topics = aucun de ses thèmes
outcome-had = déjà reçu
outcome-paused = en pause
outcome-address = adresse inexistante
outcome-unknown = adresse inconnue
outcome-policy = refus du serveur
outcome-content = refus du texte
outcome-expired = délai dépassé
outcome-render = message impossible à composer
outcome-smtputf8 = adresse à lettres accentuées
outcome-doubt = sans réponse
outcome-deferred = reporté

## Ce qui est montré d’un abonné
subscriber-status-pending = à confirmer
subscriber-status-confirmed = confirmé
subscriber-status-paused = en pause
subscriber-status-unsubscribed = désabonné
subscriber-status-bounced = adresse disparue
subscriber-status-complained = plainte
consent-kind-asked = demandé
consent-kind-confirmed = confirmé
consent-kind-imported = importé
consent-kind-added = ajouté
consent-kind-left = parti
consent-kind-undone = revenu
consent-kind-moved = déplacée
consent-kind-stayed = resté
consent-text = « { $text } » ({ $language }, version { $version })
proof-link = par le lien, état d’avant : { $from }
proof-owner = par l’équipe, état d’avant : { $from }
proof-new-address = nouvelle adresse
proof-settings = par ses réglages
proof-asked-by-letter = interrogé par message
letter-kind-confirm = confirmation
letter-planned-test = attend la mise en service de la lettre
letter-planned-due = part dans la minute
letter-planned-limit = pas avant { $date }, retenu par les limites des abonnements
letter-kind-already = déjà abonné
letter-kind-change = nouvelle adresse
letter-kind-link = lien
letter-kind-moving = autre adresse
letter-kind-welcome = bienvenue
letter-kind-stay = rester
letter-kind-notice = avis
letter-kind-test = essai
letter-kind-invitation = invitation
letter-kind-password_reset = nouveau mot de passe
letter-kind-new_way = nouvel accès

## Ce qui est montré d’un billet
post-state-new = nouveau
post-state-taken = dans un envoi
post-state-next = au prochain envoi
post-state-held = retenu
post-state-seen = ancien
post-state-skipped = écarté
post-state-gone = disparu
post-reason-too-many = beaucoup de nouveaux billets à la fois
post-reason-all-new = tout son flux est nouveau : le blog a-t-il été déplacé ou refait ?
post-reason-too-old = un vieux billet
post-reason-feed-removed = son flux a été retiré
post-reason-vanished = n’est plus dans son flux
post-reason-editor = sur demande
post-reason-protected = protégé par un mot de passe
post-reason-bare-file = un fichier joint à un billet

## Ce qui est montré d’un flux
feed-unread = pas encore lu
feed-read = lu le { $at }
feed-next-try = prochain essai le { $at }
feed-fails = illisible ({ $count ->
    [one] 1 fois
   *[other] { $count } fois
 }) : { $error }
feed-fails-since = illisible depuis le { $since } ({ $count ->
    [one] 1 fois
   *[other] { $count } fois
 }) : { $error }
feed-moves = déplacé vers { $to } depuis le { $since } ; Facteur suivra au bout de sept jours
feed-moves-to-others = déplacé vers { $to }, qui a d’autres billets : Facteur garde l’adresse actuelle
feed-moved = venu de { $from } le { $at }
feed-gap = ne contenait plus aucun de ses anciens billets le { $at } : des billets ont pu nous échapper

## Pourquoi un flux ne peut pas être lu (partie d’une ligne, sans point)
feed-trouble-scheme = seuls http et https sont lus, pas `{ $scheme }:`
feed-trouble-credentials = une adresse qui contient un nom d’utilisateur ou un mot de passe n’est pas lue ; le flux doit être public
feed-trouble-port = le port { $port } n’est pas lu, seuls 80 et 443 le sont. Pour une exception, la personne qui gère cette machine écrit sous [feeds] dans la configuration : allow_hosts = ["{ $allow }"]
feed-trouble-private = { $host } est une adresse privée ou réservée, qui n’est pas lue. Pour une exception, la personne qui gère cette machine écrit sous [feeds] dans la configuration : allow_hosts = ["{ $allow }"]
feed-trouble-no-host = l’adresse ne nomme aucun hôte
feed-trouble-no-address = son adresse est illisible : { $words }
feed-trouble-gone = le serveur dit que ce flux a disparu pour de bon (410) ; retirez-le ou donnez sa nouvelle adresse
feed-trouble-status = le serveur a répondu { $status }{ $said }{ $hint }
feed-trouble-redirect-nowhere = le serveur a répondu { $status } sans dire vers où
feed-trouble-redirect-no-address = le serveur renvoie vers `{ $location }`, qui n’est pas une adresse
feed-trouble-redirects = plus de { $most } redirections
feed-trouble-too-large = le flux dépasse { $most } octets ([feeds] max_bytes)
feed-trouble-unpacked = le flux est trop grand : plus de { $most } octets
feed-trouble-timeout = pas de réponse complète en { $seconds } s ([feeds] timeout_s)
feed-trouble-unreachable = injoignable : { $words }
feed-trouble-unasked = le serveur dit que rien n’a changé, alors que ce n’était pas la question
feed-trouble-empty = la réponse est vide
feed-trouble-login-page = c’est une page de connexion, pas un flux : le flux doit être ouvert à tous{ $said }
feed-trouble-login-page-at = c’est une page de connexion, pas un flux : le flux doit être ouvert à tous{ $said } ; le serveur nous a envoyés à { $at }
feed-trouble-maintenance-page = c’est une page web, pas un flux : le blog est en maintenance ou en construction{ $said }
feed-trouble-robots-page = c’est une page web, pas un flux : un portail qui ne laisse passer que les navigateurs ; laissez-y passer Facteur{ $said }
feed-trouble-fault-page = c’est une page web, pas un flux : le blog lui-même signale une erreur{ $said }
feed-trouble-web-page = c’est une page web, pas un flux{ $said }
feed-trouble-web-page-of = c’est une page web, pas un flux{ $said } ; le flux qu’elle annonce est { $feed }
feed-trouble-names-no-address = la page annonce comme flux `{ $named }`, qui n’est pas une adresse
feed-trouble-gzip = ce n’est pas un flux : ni RSS, ni Atom, ni JSON Feed (gzip : { $words })
feed-trouble-json = ce n’est pas un flux : ni RSS, ni Atom, ni JSON Feed (JSON : { $words })
feed-trouble-other-json = ce n’est pas un flux : ni RSS, ni Atom, ni JSON Feed (du JSON, mais pas un JSON Feed)
feed-trouble-no-element = ce n’est pas un flux : ni RSS, ni Atom, ni JSON Feed (aucun élément XML ; il commence par « { $words } »)
feed-trouble-other-xml = ce n’est pas un flux : ni RSS, ni Atom, ni JSON Feed (son premier élément est <{ $element }> ; il dit « { $words } »)
feed-trouble-in-front = quelque chose précède le flux et a été ignoré : « { $words } »
feed-trouble-cut-before = le flux s’interrompt avant son premier billet{ $said }
feed-trouble-cut-within = le flux s’interrompt au milieu ; ce qui est coupé est laissé de côté{ $said }
status-hint-closed = { " " }; le flux doit être ouvert à tous, sans mot de passe
status-hint-kept-out = { " " }; il tient Facteur à l’écart : une page de connexion, ou un pare-feu qui ne laisse passer que les navigateurs
status-hint-not-there = { " " }; aucun flux à cette adresse. Donnez l’adresse du blog : le flux qu’il annonce est trouvé
status-hint-too-often = { " " }; il a été interrogé trop souvent
status-hint-failed = { " " }; le blog lui-même est en panne
status-hint-overloaded = { " " }; le blog est en maintenance ou surchargé
status-hint-none = { "" }
quote-said = { " " }(il dit « { $words } »)
quote-by-blog = { " " }: le programme du blog dit « { $words } »
feed-add-unread = { $error }. --unread ajoute un flux sans le lire

## Ce que le propriétaire d’un flux doit savoir (partie d’une ligne, sans point)
feed-warning = Attention : { $words }.
entries-only = son unique billet
entries-all = ses { $all } billets
entries-some = { $count ->
    [one] { $count } billet sur { $all }
   *[other] { $count } billets sur { $all }
 }
advice-moved = son serveur dit qu’il a définitivement déménagé à { $to }
advice-in-front = { $odd }
advice-cut = { $odd }
advice-comments = d’après son titre, c’est un flux de commentaires, pas de billets
advice-empty = il ne contient aucun billet : le blog n’en a pas encore, ou c’est un autre de ses flux
advice-encoded-twice = ses lettres ont été encodées deux fois (« Ã© » pour « é ») : la base de données du blog ou son flux est à réparer
advice-same-id = { $count } billets différents partagent un identifiant (guid), qui n’en désigne donc aucun
advice-one-date = ses { $count } billets ont tous la même date, sans doute celle de la fabrication du site : elle ne permet pas de distinguer les nouveaux des anciens
advice-no-ids = { $which } sans identifiant (guid) : si le titre et l’adresse changent, le même billet passe pour un nouveau
advice-relative-ids = { $which } avec une adresse relative pour identifiant ; un identifiant doit désigner le billet entre tous
advice-no-links = { $which } sans lien vers le billet sur le web
advice-no-dates = { $which } sans date lisible : c’est le jour de la première lecture qui compte
advice-future = { $which } avec une date à venir
advice-no-titles = { $which } avec un titre qui dit qu’il n’y en a pas ; un message a besoin d’un objet
advice-protected = { $which } sous mot de passe : un tel billet est retenu jusqu’à son ouverture
advice-files = { $which } avec un fichier seul, sans texte : une telle entrée est laissée de côté
advice-excerpts = ses billets semblent n’être que des extraits : les messages ne contiendront pas les textes entiers (WordPress : Réglages, Lecture, « Pour chaque publication dans le flux, inclure : le texte complet »)
advice-few = il montre { $count } billets : s’il n’en montre jamais plus, des billets seront manqués quand il en paraît davantage entre deux lectures

## `facteur dkim` et `facteur doctor`
dkim-why-no-domain = `{ $typed }` n’est pas un domaine comme example.org
dkim-why-no-selector = `{ $typed }` n’est pas un sélecteur : lettres, chiffres et traits d’union, { $most } au plus
dkim-why-many-keys = { $domain } a déjà 25 clés de ce jour ; nommez un sélecteur
dkim-why-taken = { $domain } a ou a eu une clé au sélecteur `{ $selector }` ; choisissez-en un autre
dkim-why-no-such-key = { $domain } n’a pas de clé au sélecteur `{ $selector }` ; `facteur dkim list` les montre toutes
dkim-why-none-waits = aucune clé de { $domain } n’attend d’étape ; `facteur dkim new { $domain }` en crée une
dkim-why-signs = `{ $selector }` signe déjà les messages de { $domain }
dkim-why-has-signed = `{ $selector }` a signé pour { $domain } et ne le fera plus
dkim-why-needed = `{ $selector }` signe les messages de { $domain } : créez d’abord une autre clé (`facteur dkim new { $domain }`) et faites-la avancer, ou dites --now pour envoyer sans signature
dkim-why-on-their-way = des messages signés par `{ $selector }` sont peut-être encore en route : laissez ses enregistrements dans le DNS jusqu’au { $until }, puis retirez-la (--now si sa clé privée est en des mains étrangères)
dkim-why-just-taken = une autre commande vient de franchir cette étape ; `facteur dkim list` le montre
dkim-record-missing = le DNS n’a pas d’enregistrement à cet endroit
dkim-record-several = le DNS a { $count } enregistrements à cet endroit ; il en faut un seul
dkim-record-other = le DNS a un autre enregistrement à cet endroit : { $text }
dkim-record-key = le DNS a une autre clé à cet endroit
dkim-record-withdrawn = le DNS dit que cette clé a été retirée (p= est vide)
cli-dkim-not-seen = { $name } : { $wrong } ; il doit dire { $text }
cli-dkim-no-answer = { $why } : regardez vous-même (dig TXT NOM), puis dites --seen
cli-dkim-ended = La clé `{ $selector }` de { $domain } a pris fin ; sa partie privée est supprimée.
    À retirer du DNS : { $names }
cli-dkim-file = Les clés privées sont dans { $file }.
cli-dkim-next = Mettez ces enregistrements dans le DNS, puis lancez `facteur dkim advance { $domain }`.
cli-dkim-seen = Le DNS a les enregistrements de `{ $selector }`. `facteur dkim advance { $domain }` lui fait signer les messages de { $domain }.
cli-dkim-signs = `{ $selector }` signe les messages de { $domain } préparés ou demandés à partir de maintenant. Laissez 7 jours dans le DNS les enregistrements de la clé qui signait avant ; `facteur dkim list` dit quand elle peut partir.
cli-dkim-list-empty = Il n’y a pas encore de clé. `facteur dkim new DOMAINE` en crée une.
cli-dkim-unsigned = sans signature : la lettre `{ $slug }`, de { $from } : aucune clé ne signe pour son domaine
cli-dkim-cannot = NE PEUT PAS SIGNER : { $error }
cli-dkim-none = { $domain } n’a pas de telle clé ; `facteur dkim new { $domain }` en crée une
cli-dkim-state-publish = attend ses enregistrements dans le DNS (`facteur dkim show`)
cli-dkim-state-seen = le DNS a ses enregistrements ; elle peut signer (`facteur dkim advance`)
cli-dkim-state-sign = signe depuis le { $when }
cli-dkim-state-can-go = a signé ; elle peut partir (`facteur dkim retire`)
cli-dkim-state-retiring = a signé ; laissez-la dans le DNS jusqu’au { $when }
cli-dkim-state-retired = a pris fin le { $when }
cli-doctor-none = il n’y a pas encore de lettre ; `facteur doctor --domain DOMAINE` examine un domaine
cli-doctor-waived = Le premier envoi de `{ $slug }` part quoi que trouve le diagnostic.
cli-loop-no-address = ce qui suit --loop doit être l’adresse d’une boîte
cli-loop-which = il y a plusieurs lettres ; dites laquelle : `facteur doctor LETTRE --loop ADRESSE`
cli-loop-asked = Le message est en file ; `facteur serve` l’envoie. Facteur attend son retour { $seconds } s au plus.
cli-loop-left = Le serveur de messagerie l’a accepté ; reste à ce qu’il revienne.
cli-loop-refused = le message ne part pas : { $words }
cli-loop-not-left = le message n’est pas parti en { $seconds } s : voyez si `facteur serve` tourne et ce qu’il dit du serveur de messagerie ; le message reste en file
cli-loop-not-back = le message est parti et n’est pas revenu en { $seconds } s. Si la boîte ne transfère rien à une adresse que Facteur relève, enregistrez-y le message avec tous ses en-têtes et faites-le lire : `facteur doctor --loop ADRESSE --read FICHIER`

## Ce qui enfreint une règle des messages (`facteur mail lint` ; partie d’une ligne, sans point)
lint-no-mail = ce n’est pas un message : aucun en-tête n’a pu être lu
lint-not-once = { $name } figure { $count } fois au lieu d’une
lint-repeated = { $name } figure { $count } fois
lint-foreign = { $name } n’a pas sa place dans un de nos messages
lint-nameless-field = une ligne d’en-tête sans nom
lint-part-fields = partie { $part } : Content-Type × { $types }, Content-Transfer-Encoding × { $encodings } ; chacun doit figurer une fois
lint-date-form = Date `{ $date }` n’a pas la forme de la RFC 5322 avec un fuseau en chiffres
lint-message-id = Message-ID n’est pas `<opaque@domaine-de-From>`
lint-senders = From doit nommer une seule adresse
lint-free-mail = From est une adresse de messagerie gratuite : la plupart des destinataires refuseront ou cacheront le message
lint-recipients = To doit nommer un seul destinataire
lint-address-not-ascii = { $name } contient une adresse hors ASCII ; son domaine doit y figurer sous forme d’A-label
lint-envelope-sender = l’expéditeur de l’enveloppe est vide, hors ASCII ou trop long
lint-other-recipient = `To` n’est pas le destinataire de l’enveloppe
lint-not-generated = un message qui ne va pas à une liste doit dire `Auto-Submitted: auto-generated`
lint-precedence = un message personnel ne doit pas dire `Precedence`
lint-smuggled = { $name } cache un CR, un LF ou un NUL
lint-leave-form = List-Unsubscribe manque, ou contient une adresse sans chevrons
lint-leave-count = List-Unsubscribe doit avoir une seule adresse web ; il en a { $count }
lint-leave-without-token = List-Unsubscribe n’a pas de jeton
lint-leave-not-https = List-Unsubscribe n’a pas d’adresse https
lint-not-one-click = List-Unsubscribe-Post n’est pas `List-Unsubscribe=One-Click`
lint-list-id = List-Id n’est pas `Nom <liste.domaine>`
lint-list-post = List-Post n’est pas `NO` : personne ne peut écrire à cette liste
lint-no-contact = ni List-Help ni List-Owner ne dit à qui écrire
lint-no-feedback-id = pas de Feedback-ID
lint-feedback-id-form = Feedback-ID n’est pas `envoi:liste:genre:expéditeur`, ou contient une adresse
lint-complaints-elsewhere = CFBL-Address n’est ni dans le domaine de From ni au-dessous
lint-complaints-unsigned = CFBL-Address n’est couvert par aucune signature DKIM
lint-no-own-signature = aucune signature DKIM n’est au nom du domaine de From : DMARC n’en compte donc aucune
lint-leave-unsigned = aucune signature DKIM ne couvre List-Unsubscribe et List-Unsubscribe-Post (RFC 8058, section 4)
lint-uncovered = une signature DKIM ne couvre pas { $names }
lint-from-once = une signature DKIM ne nomme pas From une fois de plus qu’il ne figure : un second From pourrait être ajouté
lint-length-tag = une signature DKIM porte l= : n’importe quoi pourrait être ajouté au message
lint-not-relaxed = une signature DKIM n’est pas c=relaxed/relaxed : elle casse dès qu’un serveur replie une ligne autrement
lint-no-time = une signature DKIM n’a pas de t=
lint-short-key = une clé RSA de { $bits } bits ; il en faut 2048
lint-algorithm = une signature DKIM avec a={ $name }, que les destinataires n’acceptent pas
lint-no-rsa = aucune signature DKIM par une clé RSA : beaucoup de destinataires n’en connaissent pas d’autre
lint-no-not-me = une confirmation sans « ce n’était pas moi »
lint-links-elsewhere = une confirmation mène ailleurs : `{ $words }`
lint-parts = le message doit être un multipart/alternative de deux parties ; parties trouvées : { $count }
lint-not-alternative = pas un multipart/alternative de text/plain puis text/html
lint-charset = une partie en `{ $charset }` ou mal encodée, et non en UTF-8
lint-part-empty = une partie est vide
lint-text-lacks-link = la partie texte n’a pas le lien de `{ $words }`
lint-text-lacks-leave = la partie texte n’a pas le lien de désabonnement
lint-line-long = la ligne { $line } a { $bytes } octets, plus que { $most }
lint-unfolded = la ligne d’en-tête { $line } a { $bytes } octets et pourrait être repliée
lint-encoded-word-long = un mot encodé de { $bytes } octets dans la ligne d’en-tête { $line }
lint-quoted-line = une ligne quoted-printable de { $bytes } octets
lint-no-final-break = le message ne finit pas par CRLF
lint-bare-break = un CR, un LF ou un NUL isolé à l’octet { $at }
lint-not-ascii = un octet hors ASCII, l’octet { $at }
lint-dot-first = la ligne { $line } commence par un point
lint-too-large = le message a { $bytes } octets, plus que { $most }
lint-attachment = une pièce jointe
lint-clipped = le HTML encodé a { $bytes } octets ; Gmail coupe à partir de 102 000 environ
lint-leave-places = le lien de désabonnement ne figure pas en haut et à la fin
lint-no-preheader = pas de texte d’aperçu : les listes de messages montrent ce qui vient en premier dans le message
lint-preheader-length = longueur du texte d’aperçu : { $count } ; de 40 à 110 caractères s’affichent bien
lint-preheader-is-subject = le texte d’aperçu répète l’objet
lint-forbidden = <{ $element }>
lint-active = <{ $element } { $attribute }> peut exécuter ou intégrer quelque chose
lint-style-loads = un style avec `{ $what }`
lint-picture-not-https = une image qui ne vient pas par https : `{ $address }`
lint-no-target = le lien de `{ $words }` n’est pas une adresse
lint-token-over-http = un lien porteur d’un jeton passe par http
lint-over-http = le lien de `{ $words }` passe par http
lint-scheme = le lien de `{ $words }` est en `{ $scheme }:`
lint-shortened = le lien de `{ $words }` se cache derrière { $host }
lint-other-target = un lien montre { $shown } et mène à { $host }
lint-beacon = une image minuscule, cachée ou faite pour un seul destinataire
lint-address-in-header = l’adresse du destinataire figure dans un en-tête
lint-address-in-text = l’adresse du destinataire figure dans la partie texte
lint-address-in-html = l’adresse du destinataire figure dans la partie HTML
lint-sender-unnamed = le nom de l’expéditeur ne figure pas dans les deux parties
lint-no-mailbox = aucune adresse à laquelle écrire ne figure dans le message
lint-no-sign-up = aucune ligne ne dit depuis quand le lecteur est abonné
lint-sign-up-in-text-alone = la partie HTML ne dit pas depuis quand le lecteur est abonné, la partie texte le dit
lint-header-not-ascii = un en-tête est hors ASCII, à l’octet { $at }
lint-bare-break-in-header = un CR, un LF ou un NUL isolé dans l’en-tête, à l’octet { $at }

## Ce qui ne va pas dans les règles de refus d’un exploitant (partie d’une ligne, sans point)
wrong-rules-unreadable = { $error }
wrong-rules-too-large = il a { $bytes } octets ; { $most } au plus sont lus
wrong-rules-no-table = { $what }
wrong-rules-class = règle { $rule } : class = "{ $class }" ; il faut des minuscules, des chiffres et des traits d’union
wrong-rules-enhanced = règle { $rule } : enhanced contient "{ $text }" ; il faut une forme comme "5.1.1", "x.2.2", "5.7.x" ou "none"
wrong-rules-code = règle { $rule } : code contient { $code } ; un refus va de 400 à 599
wrong-rules-phrase = règle { $rule } : une expression de words a moins de 3 caractères, et conviendrait à presque tout
wrong-rules-no-condition = règle { $rule } : elle n’a pas de condition ; donnez enhanced, code ou words
wrong-rules-too-many = ses expressions sont trop nombreuses : { $error }

## Les web hooks des prestataires (partie d’une ligne, sans point)
hook-waiting = rien n’est encore arrivé
hook-works = fonctionne
hook-refuses = refuse ce qui arrive
hook-off = n’est plus configuré
hook-last-event = dernier événement le { $at }
hook-last-refused = dernier refus le { $at } : { $why }
hook-why-proven = la preuve est bonne
hook-why-unchecked = preuve non vérifiée : le webhook n’est pas configuré ici, ou le prestataire ne signe rien qui puisse être vérifié ici
hook-why-unsigned = il n’y avait pas de signature
hook-why-forged = la signature ne correspondait pas à la clé
hook-why-stale = l’heure était trop éloignée de celle d’ici
hook-why-login = utilisateur ou mot de passe incorrect
hook-why-key = la clé de key_file est illisible
hook-why-origin = cela venait d’un autre sujet (topic), ou le certificat d’un autre endroit
hook-why-unreadable = le contenu n’a pas pu être compris
cli-hooks-none = Aucun webhook n’est configuré ; [bounces.hooks.PRESTATAIRE] dans la configuration en configure un.
cli-hook-no-provider = il n’y a pas de prestataire `{ $name }` : l’un de { $known }
cli-hook-unreadable = { $file } : { $why } ; donnez le contenu tel que { $name } l’a envoyé
cli-hook-no-event = Il ne contient aucun événement.
cli-hook-passed = sans suite
cli-bounce-list-empty = Rien n’attend.

## Ce qui ne peut figurer dans un envoi (partie d’une ligne, sans point)
wrong-edit-long = plus de { $most } caractères : raccourcissez
wrong-edit-large = trop grand pour un message une fois mis en page : raccourcissez
wrong-edit-web-address = ce n’est pas l’adresse d’une image sur le web, telle que https://blog.example/image.jpg
wrong-edit-no-post = il ne reste aucun billet : gardez-en au moins un, ou sautez tout l’envoi
wrong-edit-many-posts = un envoi contient { $most } billets au plus : laissez-en pour le suivant
wrong-edit-post-gone = « { $title } » est parti dans un autre envoi ou a été retiré : laissez-le de côté

## Ce qui s’oppose à un envoi (partie d’une ligne, sans point)
check-nobody = personne ne le recevrait : aucun abonné confirmé ne suit ce rythme
check-not-green = ce serait le premier envoi à autant de personnes, et le diagnostic a trouvé un défaut ou n’a pas encore eu lieu ; la page « Diagnostic » dit lequel, et permet de l’envoyer malgré tout
check-empty = il ne dit rien : aucun billet n’a de titre ni de texte
check-not-rendered = aucun message ne peut en être composé : { $words }
check-no-postal = le pied de page ne dit pas qui publie la lettre ni où, comme la loi le demande : complétez l’adresse postale dans les réglages
check-rule = le message enfreint la règle { $id } des messages : { $what }
check-placeholder = « { $words } » restait à compléter
check-bad-link = « { $address } », dans l’introduction, n’est pas une adresse vers laquelle un message peut mener : écrivez-la en entier, avec https://
check-placeholder-in-post = « { $words } » dans « { $title } » : restait-il à compléter ?
check-subject-short = { $count ->
    [one] l’objet compte { $count } caractère : de 10 à 78, il se lit le mieux
   *[other] l’objet compte { $count } caractères : de 10 à 78, il se lit le mieux
 }
check-subject-long = l’objet compte { $count } caractères : les messageries en montrent environ 78
check-no-preheader = rien ne suit l’objet dans la liste des messages : écrivez un texte d’aperçu
check-preheader-long = le texte d’aperçu compte { $count } caractères : les messageries en montrent 140 au plus
check-size = le message pèse { $kilobytes } ko : Gmail le coupe vers 102
check-cut = le billet est trop long pour un message : son début part, avec un lien vers la suite
check-lost = « { $title } » pèse { $kilobytes } ko, et le message a de la place pour { $most } : sa fin ne serait dans aucun message ni sur aucune page. Raccourcissez-le, ou partagez-le en plusieurs textes
check-lost-beside = « { $title } » pèse { $kilobytes } ko ; dans un envoi avec un autre billet, il y a de la place pour { $most }, et sa fin ne serait dans aucun message ni sur aucune page. Raccourcissez-le, partagez-le, ou envoyez-le comme courrier à part
check-left-out = { $count ->
    [one] { $count } billet n’a pas de place dans le message, qui renvoie seulement au site
   *[other] { $count } billets n’ont pas de place dans le message, qui renvoie seulement au site
 }
check-pictures-without-alt = { $count ->
    [one] { $count } image n’a pas de description : qui ne la voit pas n’en saura rien
   *[other] { $count } images n’ont pas de description : qui ne les voit pas n’en saura rien
 }
check-alt-is-file = « { $words } » décrit une image : c’est le nom d’un fichier
check-pictures-wide = { $count ->
    [one] { $count } image dépasse 1200 pixels de large : elle est lente à charger sur un téléphone
   *[other] { $count } images dépassent 1200 pixels de large : elles sont lentes à charger sur un téléphone
 }
check-picture-format = { $count ->
    [one] { $count } image est au format { $format }, qu’Outlook ou Gmail ne montrent pas : préférez JPEG ou PNG
   *[other] { $count } images sont au format { $format }, qu’Outlook ou Gmail ne montrent pas : préférez JPEG ou PNG
 }
check-unsigned = aucune clé DKIM ne signe les messages de { $domain }, et celles d’autres domaines ne comptent pas pour qui les reçoit (`facteur dkim new`)
check-shortener = un lien se cache derrière { $host } : les filtres s’en méfient ; donnez la vraie adresse
check-link-words = { $count ->
    [one] { $count } lien dit seulement « { $words } » : dites où il mène
   *[other] { $count } liens disent seulement « { $words } » : dites où chacun mène
 }
check-attached = « { $words } » : les messages de Facteur n’ont pas de pièce jointe ; mettez un lien vers le fichier
check-old-copyright = « © { $year } » n’est pas l’année en cours
check-old-post = « { $title } » est plus ancien que l’envoi précédent
check-sent-before = un billet intitulé « { $title } » est déjà parti
check-language = « { $title } » est dans une autre langue ({ $language }) que la lettre
check-few-words = { $count ->
    [one] il y a { $count } mot à lire, pied de page compris
   *[other] il y a { $count } mots à lire, pied de page compris
 }
check-many-words = il y a { $count } mots à lire : peu de personnes iront au bout
check-broken-link = le serveur dit qu’il n’y a rien à l’adresse { $address }
## Une lettre et ses rythmes, en faits (partie de ligne, sans point)
label-deleted = supprimée
label-from = de
label-reply-to = réponses à
label-site = site
label-description = description
label-postal = adresse
label-listed = accueil
label-in-preferences = réglages
label-logo = logo
label-colour = couleur
label-footer = pied
label-archive = archive
label-mode = envois
label-subscribers = abonnés
label-sign-ups = abonnements
label-held = retenue
label-schedule = rythme
label-feed = flux
newsletter-removed-at = effacée définitivement le { $date }
newsletter-held = { $count ->
    [one] 1 personne attend son message : les demandes d’abonnement dépassent ce que [signup] permet à la fois. Il part tout seul vers { $date }
   *[other] { $count } personnes attendent leur message : les demandes d’abonnement dépassent ce que [signup] permet à la fois. Ils partent tout seuls, le dernier vers { $date }
}
newsletter-held-due = { $count ->
    [one] 1 message qui attendait part dans la minute
   *[other] { $count } messages qui attendaient partent dans la minute, aussi vite que [signup] le permet
 }
newsletter-until-live = { $count ->
    [one] 1 message attend la mise en service de la lettre
   *[other] { $count } messages attendent la mise en service de la lettre
}
newsletter-on-hold = { $why } ; rien n’est envoyé avant `facteur resume`
newsletter-is-live = La lettre est en service : ses messages partent vers ses abonnés.
newsletter-stays = Rien n’a été changé (--dry-run).
count-confirmed = { $count ->
    [one] { $count } confirmé
   *[other] { $count } confirmés
}
listed-yes = oui : la page d’accueil la montre
listed-no = non : seuls ceux qui ont son adresse la trouvent
listed-alone = seule : la page d’accueil la montre tant qu’aucune autre lettre ne peut l’être
in-preferences-yes = oui : les lecteurs des autres lettres peuvent s’y abonner depuis leurs réglages
in-preferences-no = non : elle n’y figure pas
mode-live = à ses abonnés
mode-test = à la rédaction seulement (mode test) ; `facteur newsletter live` y met fin
approval-auto = part tout seul
approval-hold = attend la rédaction
approval-veto = part sauf si la rédaction l’arrête
schedule-paused = en pause
schedule-paused-until = en pause jusqu’au { $date }
schedule-skips = prochaine date sautée
schedule-next = prochaine date { $date }
feed-not-read = pas encore lu
live-sender-done = Expéditeur : { $detail }
live-sender-open = Expéditeur : { $detail } est une adresse inventée ; personne ne peut y répondre
live-postal-done = Adresse postale : indiquée
live-postal-open = Adresse postale : absente ; la loi en demande une au pied de chaque message
live-feed-done = Flux : { $detail } est lisible
live-feed-open = Flux : aucun n’est encore lisible
live-form-done = Formulaire : quelqu’un s’est abonné
live-form-open = Formulaire : personne ne l’a essayé ; abonnez-vous sur { $detail }
live-rhythm-done = Rythme : { $detail }
live-rhythm-open = Rythme : en pause ; rien ne sera envoyé
live-test-done = Essai : un message d’essai a été accepté par le serveur de messagerie
live-test-open = Essai : aucun n’a encore été envoyé ; envoyez-en un à { $detail } et regardez-le

## `facteur init`
init-ask-base-url = 1/5  À quelle adresse les lecteurs trouveront-ils Facteur (par exemple https://lettres.example.org) ?
init-ask-blog = 2/5  L’adresse du blog (Entrée : aucun pour l’instant) ?
init-ask-sender = 3/5  De qui viennent les messages (Nom <adresse>) ?
init-ask-smtp = 4/5  Quel serveur de messagerie les envoie (HÔTE, HÔTE:PORT ou UTILISATEUR@HÔTE:PORT) ?
init-ask-zone = 5/5  Dans quel fuseau horaire ?
init-ask-blog-again = De nouveau, l’adresse du blog (Entrée garde { $kept }) ?
init-ask-smtp-again = De nouveau, le serveur de messagerie : HÔTE, HÔTE:PORT ou UTILISATEUR@HÔTE:PORT (Entrée garde { $kept }) ?
init-no-base-url = « { $typed } » n’est pas une adresse publique : écrivez-la comme https://lettres.example.org
init-no-blog = « { $typed } » n’est pas une adresse web : écrivez-la comme https://blog.example.org
init-no-sender = « { $typed } » n’est pas un expéditeur : écrivez `Nom <nom@example.org>`
init-sender-no-dot = « { $typed } » : il manque la fin après le signe @, par exemple .org
init-no-server = « { $typed } » ne nomme aucun serveur de messagerie : écrivez smtp.example.org, smtp.example.org:465 ou utilisateur@smtp.example.org:587
init-server-blank = « { $typed } » contient une espace, et ni l’utilisateur ni le serveur de messagerie n’en contiennent : écrivez smtp.example.org ou utilisateur@smtp.example.org:587
init-no-zone = « { $typed } » n’est pas un fuseau horaire : utilisez un nom IANA tel que `Europe/Paris`
init-no-archive = « { $typed } » n’est ni public, ni link, ni off
init-written = { $value } a été écrit ; seul son propriétaire peut le lire.
init-smtp-reached = Le serveur de messagerie répond.
init-smtp-unreached = Le serveur de messagerie ne répond pas comme il faut : { $value }
init-blog-read = Blog : { $value }
init-blog-unread = Rien n’a pu être lu à l’adresse du blog : { $value }
init-again = Si une réponse était fausse, modifiez { $path } ou recommencez : `facteur init --force{ $config }` remplace le fichier.
init-has-faults = la configuration a des erreurs ; voyez plus haut
init-missing = personne ne peut répondre ici ; il manque : { $missing } (--blog "" pour aucun ; sans --zone, celui de la machine)
init-there = { $path } existe déjà, donc rien n’a été changé ; --force le remplace, `facteur config check` le juge
init-not-written = impossible d’écrire { $path } ; --config FICHIER nomme un autre endroit
init-not-answered = rien n’a été écrit : les questions sont restées sans réponse
init-next = À faire ensuite :
init-step-password = Tapez le mot de passe du compte de messagerie, puis Entrée et Ctrl-D : il va dans un fichier que vous seul pouvez lire.
init-step-check = Vérifie la configuration, mot de passe compris.
init-step-serve = Démarre Facteur ; dans un terminal, il affiche de lui-même le lien du premier compte.
init-step-account = Affiche de nouveau ce lien, valable 30 minutes : il crée le premier compte de la console, { $value }, où vous commencez la lettre.
init-step-newsletter = Sans la console : commence la lettre telle que le blog se décrit.

## Console: frame
console-to-start = Commencer une lettre
console-home = Lettres
console-home-empty = Aucune lettre n’est encore à vous. La personne qui vous a invité peut vous donner un rôle.
console-home-empty-owner = Il n’y a pas encore de lettre. « Commencer une lettre » crée la première.
console-account = Mon compte
console-team = Équipe
console-newsletter-team = Équipe
console-today = Aujourd’hui
console-posts = Billets
console-digests = Envois
console-subscribers = Abonnés
console-schedule = Rythme
console-topics = Thèmes
console-settings = Réglages
console-navigation = Pages de la console
console-logout = Se déconnecter
console-login-elsewhere = Se connecter (nouvel onglet)
console-send-again = Renvoyer ma saisie
console-type-again = Retour à la page
console-secret-lead = Rien n’a été modifié. Un mot de passe n’est jamais gardé dans une page : tapez-le de nouveau. Si cette page revient, votre navigateur n’envoie pas de cookies : ouvrez la console à l’adresse { $base_url }.
console-files-lost = Les fichiers choisis ne peuvent pas être gardés : choisissez-les de nouveau sur la page.
console-forbidden = Votre rôle ne le permet pas. Un propriétaire de la lettre peut changer votre rôle.
console-ended-title = Vous avez été déconnecté
console-ended-lead = Rien n’a été modifié, et votre saisie est gardée dans cette page. Connectez-vous, puis renvoyez-la.
console-stale-title = Cette page était trop ancienne
console-stale-lead = Rien n’a été modifié, et votre saisie est gardée ici. Renvoyez-la ; si cette page revient, votre navigateur n’envoie pas de cookies : ouvrez la console à l’adresse { $base_url }.
console-foreign-lead = Ce formulaire a été envoyé par un autre site : rien n’a été modifié. Ouvrez la console à l’adresse { $base_url } et recommencez.
console-confirmed = { $count ->
    [one] { $count } abonné confirmé
   *[other] { $count } abonnés confirmés
 }

## Console: today
in-days = { $days ->
    [0] aujourd’hui
    [1] demain
   *[other] dans { $days } jours
 }
when = { $date } à { $time }
when-far = { $date } à { $time }, { $far }
today-posts = { $count ->
    [0] aucun nouveau billet pour l’instant
    [one] { $count } billet
   *[other] { $count } billets
 }
today-people = { $count ->
    [one] { $count } personne
   *[other] { $count } personnes
 }
today-next-title = Le prochain envoi
today-to = { $posts }, à { $people }
today-for = { $posts }, pour { $people }
today-next = { $when } : { $what }.
today-next-skipped = { $when } : sauté, comme vous l’avez voulu. En attendant : { $what }.
today-next-paused = En pause. En attendant : { $what }.
today-next-post = Dès la parution d’un billet : { $what }.
today-later = { $count ->
    [one] { $count } autre billet sera encore en repos quand l’envoi sera préparé, et attendra le suivant. Un billet que vous incluez n’est plus en repos.
   *[other] { $count } autres billets seront encore en repos quand l’envoi sera préparé, et attendront le suivant. Un billet que vous incluez n’est plus en repos.
 }
today-people-title = Vos lecteurs
today-before = { $count } il y a 30 jours.
today-slots-title = Les derniers envois prévus
today-no-slot = Aucun envoi n’était encore prévu.
today-recipients = { $count ->
    [one] À { $count } personne.
   *[other] À { $count } personnes.
 }
today-wrong = À régler
alarm-server-silent = Le serveur de messagerie ne répond pas : rien ne part, rien n’est perdu, et Facteur réessaie de lui-même. ({ $words })
alarm-server = Le serveur de messagerie ne prend aucun message : rien ne part, rien n’est perdu, et Facteur réessaie de lui-même. ({ $words })
today-wrong-paused = L’envoi « { $subject } » s’est arrêté : { $reason }.
today-wrong-waiting = L’envoi « { $subject } » attend votre décision.
today-wrong-feed = Le flux { $feed } ne peut pas être lu : { $error }.
today-wrong-doctor = Les messages risquent de ne pas arriver : { $checks }.
today-wrong-held = { $count ->
    [one] { $count } billet attend votre décision.
   *[other] { $count } billets attendent votre décision.
 }
today-wrong-letters = { $count ->
    [one] { $count } message de confirmation est retenu : les demandes d’abonnement dépassent ce que leurs limites laissent passer à la fois. Il part de lui-même, le { $when }.
   *[other] { $count } messages de confirmation sont retenus : les demandes d’abonnement dépassent ce que leurs limites laissent passer à la fois. Ils partent d’eux-mêmes, le dernier le { $when }.
 }
today-letters-due = { $count ->
    [one] { $count } message de confirmation qui attendait la mise en service de la lettre, ou de la place dans les limites des abonnements, part dans la minute.
   *[other] { $count } messages de confirmation qui attendaient la mise en service de la lettre, ou de la place dans les limites des abonnements, partent dans la minute, aussi vite que ces limites le permettent.
 }
today-wrong-test = Cette lettre est en mode test : ses envois vont à la rédaction seulement, et les messages aux inconnus attendent.
today-go-live = Mettre en service
today-see-digests = Voir les envois
today-see-digest = Voir l’envoi
today-decide-digest = Décider
today-see-feeds = Voir les flux
today-see-doctor = Voir quoi corriger
today-see-posts = Voir les billets
today-see-subscribers = Voir les abonnés

## Console: account
login-title = Connexion
login-email = Adresse électronique
login-password = Mot de passe
login-button = Se connecter
login-forgotten = Mot de passe oublié ?
login-wrong = Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux.
login-wait-seconds = { $count ->
    [one] Trop d’essais. Attendez { $count } seconde, puis réessayez.
   *[other] Trop d’essais. Attendez { $count } secondes, puis réessayez.
 }
login-wait-minutes = { $count ->
    [one] Trop d’essais. Attendez { $count } minute, puis réessayez. Rien n’est bloqué.
   *[other] Trop d’essais. Attendez { $count } minutes, puis réessayez. Rien n’est bloqué.
 }
login-code-title = Second facteur
login-code-lead = Vous y êtes presque, { $name } : il manque un code.
login-code-label = Code
login-code-help = Les six chiffres que votre application affiche en ce moment, ou l’un de vos codes de secours.
login-code-wrong = Ce code ne convient pas. Un code ne sert qu’une fois, pendant une demi-minute : attendez le suivant et vérifiez l’heure de votre téléphone.
login-code-lost = Ni application ni codes de secours ? La personne qui gère cette machine peut taper « facteur user reset-2fa ».
login-other-person = Recommencer
forgotten-title = Mot de passe oublié
forgotten-lead = S’il existe un compte à cette adresse, un message contenant un lien part aussitôt. Le lien est valable 15 minutes.
forgotten-button = M’envoyer un lien
forgotten-else = Aucun message ne vient ? Regardez dans les indésirables, ou demandez de l’aide à un propriétaire. Sur la machine elle-même, aucun message n’est nécessaire :
forgotten-no-letter = Aucun message ne peut encore partir, faute d’une lettre qui l’enverrait. La personne qui gère cette machine donne un nouveau mot de passe en tapant :
forgotten-example = ADRESSE
console-link-way-login = Vers la page de connexion
console-link-way-forgotten = Demander un nouveau lien
console-link-setup-title = Créer le premier compte
console-link-setup-lead = Vous serez propriétaire de ce Facteur ({ $host }) : vous pourrez y tout faire, et inviter d’autres personnes.
console-link-setup-button = Créer mon compte
console-link-invite-title = Vous êtes invité
console-link-invite-lead = Choisissez votre nom et un mot de passe pour { $host }.
console-link-invite-button = Rejoindre l’équipe
console-link-reset-title = Nouveau mot de passe
console-link-reset-lead = Choisissez un nouveau mot de passe pour { $host }. Vous serez déconnecté partout où vous êtes connecté.
console-link-reset-button = Changer mon mot de passe
console-link-used-title = Ce lien a déjà servi
console-link-used-lead = Il ne servait qu’une fois. Rien n’a été modifié.
console-link-used-setup = Le premier compte existe. Son propriétaire se connecte et peut vous inviter.
console-link-used-invite = Vous avez un compte : connectez-vous avec le mot de passe que vous avez choisi.
console-link-used-reset = Connectez-vous avec votre nouveau mot de passe. Si ce n’est pas vous qui l’avez choisi, demandez aussitôt un nouveau lien.
console-link-over-title = Ce lien a expiré
console-link-over-lead = Son temps est passé. Rien n’a été modifié.
console-link-over-setup = La personne qui gère cette machine en obtient un nouveau en tapant :
console-link-over-invite = Demandez une nouvelle invitation à la personne qui vous a invité.
console-link-over-reset = Demandez-en un nouveau ; il sera valable 15 minutes.
console-link-replaced-title = Un lien plus récent l’a remplacé
console-link-replaced-lead = De ces liens, seul le plus récent ouvre. Rien n’a été modifié.
console-link-replaced-setup = Prenez le plus récent. À défaut, la personne qui gère cette machine en obtient un autre en tapant :
console-link-replaced-invite = Prenez l’invitation la plus récente. À défaut, demandez-en une autre à la personne qui vous a invité.
console-link-unknown-title = Ce lien ne mène nulle part
console-link-unknown-lead = Il est incomplet, ou ne correspond plus à rien que nous gardions. Rien n’a été modifié.
console-link-unknown-unknown = Copiez l’adresse entière depuis le message, ou prenez le message le plus récent. Si cela n’aide pas, demandez à la personne qui vous a invité.
new-password-label = Nouveau mot de passe
new-password-help = { $count ->
    [one] Au moins { $count } caractère. Plusieurs mots à la suite se retiennent bien et se devinent mal.
   *[other] Au moins { $count } caractères. Plusieurs mots à la suite se retiennent bien et se devinent mal.
 }
new-password-again = Le même encore une fois
password-too-short = { $least ->
    [one] Le mot de passe doit avoir au moins { $least } caractère.
   *[other] Le mot de passe doit avoir au moins { $least } caractères.
 }
password-too-long = { $most ->
    [one] Le mot de passe peut avoir au plus { $most } caractère.
   *[other] Le mot de passe peut avoir au plus { $most } caractères.
 }
password-common = Ce mot de passe est parmi les premiers que l’on essaie. Prenez plusieurs mots qui n’ont rien à voir entre eux.
password-personal = Ce mot de passe est fait de votre nom ou de votre adresse, que d’autres connaissent. Prenez-en un autre.
password-unequal = Les deux mots de passe diffèrent. Tapez deux fois le même.
account-who = À votre sujet
account-name = Nom
account-name-help = Tel que les autres vous voient ici. Il peut rester vide.
account-language = Langue de votre console
account-save = Enregistrer
account-cancel = Annuler
account-password-lead = Un nouveau mot de passe vous déconnecte partout ailleurs et met fin aux jetons faits pour vous. Les clés d’accès restent : retirez celles que vous ne connaissez pas.
account-current = Votre mot de passe actuel
account-password-button = Changer mon mot de passe
account-password-wrong = Ce n’est pas votre mot de passe actuel.
second-factor = Second facteur
second-factor-is-on = Activé : après votre mot de passe, un code de votre application est demandé.
second-factor-is-off = Désactivé. Avec lui, un mot de passe appris par quelqu’un d’autre ne suffit pas pour entrer.
second-factor-turn-on = L’activer
second-factor-turn-off = Le désactiver
second-factor-turn-off-button = Désactiver le second facteur
second-factor-title = Activer le second facteur
second-factor-lead = Il vous faut une application de codes à usage unique (Aegis, FreeOTP, un gestionnaire de mots de passe…).
second-factor-step-scan = 1. Dites-le à l’application
second-factor-scan = Photographiez ce code avec l’application :
second-factor-picture = Code QR contenant le secret écrit au-dessous
second-factor-type = Ou tapez ce secret :
second-factor-open = Sur ce téléphone même : ouvrir l’application
second-factor-step-code = 2. Tapez le code qu’elle affiche
second-factor-number = Six chiffres
second-factor-number-help = Seul un code juste active le second facteur : vous ne pouvez pas vous enfermer dehors.
second-factor-wrong = Ce code ne convient pas. Attendez le suivant et vérifiez l’heure de votre téléphone : elle doit être juste à une demi-minute près.
second-factor-on-lead = Le second facteur est activé.
recovery-codes-left = { $count ->
    [0] Il ne reste aucun code de secours : faites-en de nouveaux.
    [one] Il reste { $count } code de secours.
   *[other] Il reste { $count } codes de secours.
 }
recovery-codes-renew = Nouveaux codes de secours
recovery-codes-renew-button = Faire de nouveaux codes de secours
recovery-codes-title = Vos codes de secours
recovery-codes-lead = Les codes précédents ne valent plus rien.
recovery-codes-keep = Chacun de ces dix codes vous laisse entrer une fois si votre téléphone est perdu. Imprimez-les, ou gardez-les là où sont vos mots de passe.
recovery-codes-once = Ils ne sont montrés que cette fois.
recovery-codes-kept = Je les ai gardés
passkeys = Clés d’accès
passkeys-lead = Avec une clé d’accès, vous entrez par votre doigt, votre visage ou un code PIN : ni mot de passe à taper, ni code. Elle ne sert que sur ce site, si bien que personne ne peut vous la soutirer. Votre mot de passe reste une autre façon d’entrer.
passkey-add = Ajouter une clé d’accès
passkey-tag-doubted = n’ouvre plus rien
passkey-never-used = Jamais utilisée.
passkey-synced = Votre gestionnaire de mots de passe peut l’avoir sur plusieurs appareils.
passkey-one-device = Sur un seul appareil.
passkey-elsewhere = Faite pour { $host } : elle ne sert pas à l’adresse actuelle de ce Facteur.
passkey-new-title = Ajouter une clé d’accès
passkey-new-lead = Une clé d’accès est gardée par cet appareil, votre gestionnaire de mots de passe ou une clé de sécurité, et vous laisse entrer sans mot de passe.
passkey-needs-script = Les clés d’accès ont besoin de JavaScript, que votre navigateur n’exécute pas ici. Tout le reste marche sans.
passkey-only-at = Les clés d’accès ne servent qu’à { $base_url }, et vous êtes à une autre adresse. Ouvrez-y la console.
passkey-no-browser = Ce navigateur ne connaît pas les clés d’accès. Prenez-en un plus récent, ou continuez avec votre mot de passe.
passkey-none-here = Les navigateurs ne proposent pas de clé d’accès à { $base_url } : il leur faut https et un nom au lieu de chiffres. La personne qui gère cette machine règle base_url.
passkey-name = Nom
passkey-name-help = Pour la reconnaître le jour où vous en retirez une, par exemple « Mon téléphone ».
passkey-unnamed = Clé d’accès
passkey-go-on = Continuer
passkey-make-lead = Votre navigateur demande maintenant où garder la clé d’accès, puis votre doigt, votre visage ou un code PIN. Vous avez cinq minutes.
passkey-make-button = Créer la clé d’accès
passkey-make-failed = Aucune clé d’accès n’a été créée : selon votre navigateur, c’était annulé ou trop long. Appuyez de nouveau, ou recommencez du début.
passkey-one-title = Clé d’accès
passkey-rename = Nom de la clé d’accès
passkey-remove = La retirer
passkey-remove-lead = Elle n’ouvre alors plus rien, et toutes vos autres sessions prennent fin : qui l’avait s’en est peut-être servi. Retirez-la aussi de votre gestionnaire de mots de passe s’il la montre encore.
passkey-remove-button = Retirer cette clé d’accès
passkey-login-button = Se connecter avec une clé d’accès
passkey-login-failed = Aucune clé d’accès n’a servi : votre navigateur n’en a pas pour ce site, ou c’était annulé ou trop long. Appuyez de nouveau, ou prenez votre mot de passe.
passkey-refusal-address = Les navigateurs ne proposent pas de clé d’accès à l’adresse de ce Facteur. Prenez votre mot de passe.
passkey-refusal-unreadable = Ce que votre navigateur a envoyé de la clé d’accès est incomplet. Réessayez ; si cela revient, prenez votre mot de passe.
passkey-refusal-challenge = Cela a pris trop de temps, ou a été envoyé deux fois. Réessayez.
passkey-refusal-origin = Cette clé d’accès a été demandée à une autre adresse. Ouvrez la console à son adresse à elle et réessayez.
passkey-refusal-unverified = La clé d’accès n’a pas vérifié qui vous êtes. Donnez-lui un code PIN ou une empreinte et réessayez, ou prenez votre mot de passe.
passkey-refusal-kind = Cette sorte de clé d’accès ne peut pas servir ici. Prenez un autre appareil ou gestionnaire de mots de passe.
passkey-refusal-signature = La signature de la clé d’accès est fausse. Réessayez, ou prenez votre mot de passe.
passkey-refusal-unknown = Aucun compte d’ici n’a cette clé d’accès : elle a été retirée, ou est d’un autre Facteur. Prenez votre mot de passe.
passkey-refusal-shut = Le compte de cette clé d’accès ne peut plus servir. Adressez-vous à un propriétaire.
passkey-refusal-copied = Il y a peut-être deux exemplaires de cette clé d’accès : elle n’ouvre plus rien. Prenez votre mot de passe, retirez-la dans votre compte et faites-en une nouvelle.
passkey-refusal-known = Cette clé d’accès sert déjà. Une par appareil suffit.
passkey-refusal-too-many = { $most ->
    [one] Vous avez déjà { $most } clé d’accès. Retirez-en une dont vous n’avez pas besoin.
   *[other] Vous avez déjà { $most } clés d’accès. Retirez-en une dont vous n’avez pas besoin.
 }
account-sessions = Où vous êtes connecté
account-sessions-lead = Une session prend fin d’elle-même après huit heures sans usage.
account-session-this = celle-ci
account-session-since = Depuis { $when }.
account-session-seen = Dernier usage : { $when }.
account-session-end = Mettre fin à « { $device } »
account-session-unknown = Navigateur inconnu
account-sessions-end = Mettre fin à toutes les autres
said-signed-out = Vous êtes déconnecté.
said-reset-asked = S’il existe un compte à cette adresse, un message contenant un lien est en route.
said-account-saved = C’est enregistré.
said-password-changed = Votre mot de passe est changé. Vous avez été déconnecté partout ailleurs.
said-session-ended = La session a pris fin.
said-sessions-ended = Toutes les autres sessions ont pris fin.
said-nothing-changed = Il n’y avait rien à changer.
said-second-factor-off = Le second facteur est désactivé.
said-passkey-added = La clé d’accès est ajoutée. La prochaine fois, vous pourrez vous connecter avec elle.
said-passkey-removed = La clé d’accès est retirée. Vous avez été déconnecté partout ailleurs.

## Console: team
role-owner = Propriétaire
role-editor = Éditeur
role-writer = Rédacteur
role-viewer = Lecteur
team-people = Qui en fait partie
team-no-role = Pas encore de rôle : ne voit rien.
team-seen = Dernière visite : { $when }.
team-second-factor = Second facteur : { $state }.
team-invite = Inviter quelqu’un
team-invite-lead = La personne choisit elle-même son mot de passe, derrière un lien valable sept jours.
team-name = Nom (elle pourra le changer)
team-language = Langue de l’invitation et de sa console
team-role = Rôle
team-role-help = Un propriétaire peut tout faire. Un éditeur voit les abonnés et prépare les envois. Un rédacteur écrit et choisit les billets. Un lecteur regarde. Faire partir des messages est un droit à part.
team-where = Où
team-everywhere = Toutes les lettres, aussi celles à venir
team-may-send = Peut faire partir des messages
team-sends = , envoie
team-role-in = { $role }{ $sends } : { $place }
team-role-missing = Choisissez un rôle et où il vaut.
team-invite-letter = Inviter par courriel
team-invite-link = Me montrer plutôt le lien
team-no-letter = Aucun message ne peut encore partir, faute d’une lettre qui l’enverrait : transmettez le lien vous-même.
team-state-active = actif
team-state-invited = invité
team-state-disabled = exclu
team-yes = oui
team-no = non
team-never = jamais
team-state = État
team-since = Depuis
team-last-seen = Dernière visite
team-again-letter = Inviter encore par courriel
team-again-link = Montrer un nouveau lien
team-roles = Rôles
team-none = aucun
team-roles-end = Avec d’autres rôles, ses sessions et les jetons faits pour elle prennent fin. Qui a été invité et n’est pas encore entré a besoin d’une nouvelle invitation.
team-roles-button = Enregistrer les rôles
team-ways = Façons d’entrer
team-ways-password = Un mot de passe, et rien d’autre.
team-ways-none = Aucune encore.
team-ways-besides = En plus du mot de passe :
team-ways-alone = Pas de mot de passe, mais :
team-way-passkey = clé d’accès
team-way-link = compte relié
team-way-remove = Retirer « { $name } »
team-ways-effect = Ce que vous retirez n’ouvre plus rien, et cette personne est déconnectée partout.
team-ways-own = Les vôtres se changent sur la page « Mon compte ».
team-only-way = Sans mot de passe, c’est la seule façon d’entrer. Excluez cette personne, ou faites-lui d’abord choisir un mot de passe.
team-access = Accès
team-enable-lead = Cette personne ne peut pas entrer.
team-enable = Laisser entrer de nouveau
team-disable-lead = Ses sessions, jetons et liens prennent fin aussitôt. Ce qu’elle a fait demeure.
team-disable-own = C’est votre propre compte : vous seriez déconnecté et ne pourriez revenir par vous-même.
team-disable = Exclure
team-not-done = Rien n’a été modifié.
team-refusal-last-owner = Il ne resterait aucun propriétaire pouvant entrer. Donnez d’abord à quelqu’un d’autre le rôle de propriétaire de toutes les lettres.
team-refusal-known = Il existe déjà un compte à cette adresse.
team-refusal-joined = Cette personne a déjà un compte et n’a pas besoin d’invitation ; qui a oublié son mot de passe demande un lien sur la page de connexion.
team-refusal-disabled = Cette personne est exclue. Laissez-la d’abord entrer de nouveau.
team-refusal-gone = Ce compte n’existe plus.
team-refusal-link-over = Le lien a servi entre-temps, ou son temps est passé.
team-refusal-own = Personne ne change son propre rôle dans une lettre : un autre propriétaire le fait.
team-refusal-above = Cette personne est propriétaire de toute l’installation : une lettre ne décide rien à son sujet.
team-refusal-member = Cette personne a déjà un rôle dans cette lettre : cherchez-la dans la liste ci-dessus.
team-refusal-not-joined = Cette adresse a été invitée ailleurs et n’a pas encore choisi de mot de passe. Ajoutez-la quand ce sera fait.
team-refusal-elsewhere = Cette personne a aussi un rôle ailleurs : seul un propriétaire de l’installation peut donner un nouveau lien pour son compte.
membership-lead = Qui peut faire quoi dans cette lettre. Qui a déjà un compte reçoit le rôle aussitôt ; qui n’en a pas est invité.
membership-role = Rôle dans cette lettre
membership-own = C’est vous. Un autre propriétaire peut changer votre rôle.
membership-everywhere = Son rôle dans toutes les lettres demeure, quel que soit le choix fait ici.
membership-none = aucun (n’en fait plus partie)
membership-ends = Avec un autre rôle, ses sessions prennent fin et la personne se connecte de nouveau. Ses rôles dans d’autres lettres demeurent.
membership-save = Enregistrer le rôle
membership-disabled = Cette personne ne peut pas entrer : un propriétaire de l’installation l’exclut.
said-member-added = Le rôle est donné : cette personne verra la lettre à sa prochaine connexion.
invited-title = Transmettez ce lien
invited-lead = { $email } est invité. Avec ce lien, la personne choisit un mot de passe et entre.
invited-link = Lien
invited-help = Il n’est montré que cette fois, ne sert qu’une fois et pendant sept jours. Qui le possède entre : ne le transmettez à personne d’autre.
invited-back = Retour à l’équipe
said-invited = L’invitation part.
said-roles-changed = Les rôles sont changés.
said-person-unlinked = Le lien a pris fin, et cette personne est déconnectée partout.
said-person-passkey = La clé d’accès est retirée, et cette personne est déconnectée partout.
said-person-disabled = Cette personne est désormais exclue.
said-person-enabled = Cette personne peut entrer de nouveau.

## Console: digests
digests-send = Envoyer maintenant…
digests-back = Tous les envois
digests-tabs = Les envois par état
digests-tab-all = Tous
digests-tab-waiting = En attente
digests-tab-leaving = En cours
digests-tab-sent = Envoyés
digests-tab-without = Non envoyés
digests-none = Il n’y a pas encore d’envoi de ce genre.
digests-older = Plus anciens
digest-people = { $count ->
    [one] { $count } personne
   *[other] { $count } personnes
 }
digest-none = Pas d’envoi : { $reason }
digest-untitled = Sans objet
digest-state-title = Où il en est
digest-let-go = Il est parti { $at }.
digest-being-sent = L’envoi a commencé { $at } ; aucun message n’est encore parti.
digest-none-left = L’envoi a commencé { $at }, mais aucun message n’est parti.
digest-planned = Prévu pour { $slot }.
digest-would-go = { $count ->
    [one] Irait à { $count } personne.
   *[other] Irait à { $count } personnes.
 }
digest-goes = { $count ->
    [one] À { $count } personne.
   *[other] À { $count } personnes.
 }
digest-leaves = Il part de lui-même : { $when }. Jusque-là, vous pouvez l’arrêter.
digest-leaves-soon = Il part à { $time }. Jusque-là, vous pouvez le reprendre.
digest-seconds = Encore # s.
digest-seconds-left = Encore { $count } s.
digest-reload = Actualiser
digest-acts-title = Ce que vous pouvez faire
digest-standing-title = Où en est l’envoi
digest-next-attempt = Prochain essai pour les messages reportés : { $when }.
digest-rows-caption = Les destinataires, selon le sort de leur message
digest-rows-state = Sort du message
digest-rows-people = Personnes
digest-rows-why = Pourquoi
digest-row-accepted = Acceptés par le serveur de messagerie
digest-row-queued = Pas encore envoyés
digest-row-deferred = Réessayés plus tard
digest-row-refused = Refusés
digest-row-skipped = Non envoyés, exprès
digest-row-doubt = Sort incertain : envoyés, mais sans réponse
digest-row-twice = Acceptés après un doute : peut-être reçus deux fois
digest-why = { $why } : { $count }
digest-why-address = l’adresse n’existe pas
digest-why-unknown = le serveur ne connaît pas l’adresse
digest-why-policy = les règles du serveur l’interdisent
digest-why-content = le serveur refuse le message lui-même
digest-why-expired = essayé plusieurs fois, en vain
digest-why-render = le message n’a pas pu être composé pour cette personne
digest-why-smtputf8 = le serveur n’accepte pas ce genre d’adresse
digest-why-left = désabonnement entre-temps
digest-why-suppressed = il ne faut plus écrire à cette adresse
digest-why-cancelled = l’envoi a été annulé
digest-why-erased = données effacées
digest-why-topics = aucun de ses thèmes n’est parmi ceux qu’ils ont choisis
digest-why-had = ils l’avaient reçu en entier sur leur rythme d’avant
digest-why-paused = ils étaient en pause
digest-parts-title = Versions
digest-parts-lead = Certains lecteurs ne reçoivent qu’une partie des billets ; tous les autres reçoivent tout.
digest-parts-caption = Billets qui vont ensemble, et nombre de lecteurs qui les reçoivent
digest-parts-posts = Billets
digest-part-topics = { $count ->
    [one] selon les thèmes qu’il a choisis
   *[other] selon les thèmes qu’ils ont choisis
}
digest-part-rhythm = { $count ->
    [one] a changé de rythme : il a déjà reçu les autres, ou les reçoit autrement
   *[other] ont changé de rythme : ils ont déjà reçu les autres, ou les reçoivent autrement
}
digest-server-title = Dans les mots du serveur de messagerie
digest-departures = Se sont désabonnés par cet envoi :
digest-back = Retour à l’envoi
digest-for-good = C’est définitif.
digest-leave-it = Ne rien changer
digest-act-approve = { $count ->
    [one] Envoyer à { $count } personne
   *[other] Envoyer à { $count } personnes
 }
digest-act-approve-effect = Il part dans une minute et ne change plus. Jusque-là, vous pouvez le reprendre.
digest-act-stop = Le reprendre
digest-act-stop-effect = Il ne part pas, et attend de nouveau votre accord.
digest-act-stop-sent = Le reprendre
digest-act-stop-sent-effect = Rien n’est envoyé ; ses billets attendent le prochain envoi.
digest-act-stop-veto = L’arrêter
digest-act-stop-veto-effect = Il ne part pas à son heure et attend votre accord.
digest-act-skip = Le sauter…
digest-act-skip-effect = Personne ne le reçoit. Vous choisissez ce que deviennent ses billets.
digest-act-pause = Mettre en pause
digest-act-pause-effect = { $count ->
    [one] Plus aucun message ne part avant la reprise ; { $count } personne l’attend encore.
   *[other] Plus aucun message ne part avant la reprise ; { $count } personnes l’attendent encore.
 }
digest-act-resume = Reprendre l’envoi
digest-act-resume-effect = { $count ->
    [one] Il reprend là où il s’est arrêté : reste { $count } personne.
   *[other] Il reprend là où il s’est arrêté : restent { $count } personnes.
 }
digest-act-resume-unknown = Reprendre, réessayer plus tard les adresses inconnues
digest-act-resume-unknown-effect = Il reprend là où il s’est arrêté. Personne n’est désabonné.
digest-act-dead = Reprendre, les adresses inconnues n’existent plus…
digest-act-dead-effect = { $count ->
    [one] { $count } personne dont le serveur ne connaît pas l’adresse ne recevra plus rien, de même que celles de cet envoi qu’il dira inconnues ensuite.
   *[other] { $count } personnes dont le serveur ne connaît pas l’adresse ne recevront plus rien, de même que celles de cet envoi qu’il dira inconnues ensuite.
 }
digest-act-cancel = Annuler le reste…
digest-act-cancel-effect = { $count ->
    [one] { $count } personne ne le recevrait jamais.
   *[other] { $count } personnes ne le recevraient jamais.
 }
digest-act-retry = { $count ->
    [one] Renvoyer à { $count } personne
   *[other] Renvoyer à { $count } personnes
 }
digest-act-retry-effect = Le serveur de messagerie les a refusées pour une raison qui ne tient pas à leur adresse.
digest-act-revive = { $count ->
    [one] Annuler { $count } rejet
   *[other] Annuler { $count } rejets
 }
digest-act-revive-effect = Le serveur a dit que ces adresses n’existent pas. Elles sont réabonnées et reçoivent cet envoi ; qui est parti ou s’est plaint reste à l’écart.
digest-act-again = { $count ->
    [one] Renvoyer { $count } message incertain
   *[other] Renvoyer { $count } messages incertains
 }
digest-act-again-effect = Ils sont restés sans réponse. Certains arriveront peut-être deux fois.
digest-act-settle = { $count ->
    [one] Tenir { $count } message incertain pour accepté
   *[other] Tenir { $count } messages incertains pour acceptés
 }
digest-act-settle-effect = Ils ne sont pas renvoyés. Certains ne sont peut-être jamais arrivés.
digest-skip-back = Le sauter, les billets attendent
digest-skip-back-effect = Ses billets partent avec le prochain envoi.
digest-skip-drop = Le sauter avec ses billets
digest-skip-drop-effect = Ses billets ne sont plus envoyés à ce rythme. C’est définitif.
digest-late-title = Rien n’a été changé
digest-refused = { $why }. { $meanwhile }
digest-meanwhile = L’envoi n’en est plus là où vous l’avez vu ; voici où il en est maintenant.
digest-meanwhile-waiting = Entre-temps, il a été arrêté et attend un accord ({ $date }, { $time }).
digest-meanwhile-leaving = Entre-temps, son départ a été prévu ({ $date }, { $time }).
digest-meanwhile-released = Entre-temps, il est parti ({ $date }, { $time }).
digest-meanwhile-approved = Entre-temps, il a été approuvé ({ $date }, { $time }).
digest-meanwhile-sending = Entre-temps, il est parti ({ $date }, { $time }).
digest-meanwhile-paused = Entre-temps, il a été mis en pause ({ $date }, { $time }).
digest-meanwhile-resumed = Entre-temps, il a repris ({ $date }, { $time }).
digest-meanwhile-edited = Quelqu’un l’a modifié depuis que vous l’avez vu. Lisez-le tel qu’il est maintenant, puis approuvez-le.
digest-meanwhile-finished = Entre-temps, il a été envoyé à tout le monde ({ $date }, { $time }).
digest-meanwhile-reopened = Entre-temps, des messages ont été remis en file ({ $date }, { $time }).
digest-meanwhile-skipped = Entre-temps, il a été sauté ({ $date }, { $time }).
digest-meanwhile-cancelled = Entre-temps, le reste a été annulé ({ $date }, { $time }).
digest-send-title = Envoyer maintenant
send-rhythms = Rythmes
send-rhythm = Rythme { $number }
send-posts = Ce qui serait envoyé
send-posts-none = Aucun.
send-no-post = Il n’y a pas de nouveau billet à envoyer.
send-nobody = Personne ne le recevrait : aucun abonné confirmé ne suit ce rythme.
send-held = Rien ne part d’ici : { $why }. La personne qui administre Facteur peut laisser reprendre.
send-waits = Un envoi de ce rythme attend déjà.
send-waits-see = Le voir
send-resting = { $count ->
    [one] { $count } autre billet repose jusqu’à { $time }, le temps de pouvoir le retirer.
   *[other] { $count } autres billets reposent, le premier jusqu’à { $time }, le temps de pouvoir les retirer.
 }
send-resting-too = Les envoyer aussi
send-left = Qui ne le reçoit pas
send-left-other = { $count ->
    [one] { $count } personne à un autre rythme
   *[other] { $count } personnes à d’autres rythmes
 }
send-left-paused = { $count ->
    [one] { $count } personne en pause
   *[other] { $count } personnes en pause
 }
send-left-pending = { $count ->
    [one] { $count } personne qui n’a pas confirmé
   *[other] { $count } personnes qui n’ont pas confirmé
 }
send-left-ended = { $count ->
    [one] { $count } personne partie ou dont l’adresse ne répond plus
   *[other] { $count } personnes parties ou dont l’adresse ne répond plus
 }
send-left-suppressed = { $count ->
    [one] { $count } adresse à laquelle il ne faut plus écrire
   *[other] { $count } adresses auxquelles il ne faut plus écrire
 }
send-button = { $count ->
    [one] Envoyer à { $count } personne maintenant
   *[other] Envoyer à { $count } personnes maintenant
 }
send-effect = Il part dans une minute ; jusque-là, vous pouvez le reprendre. Rien d’autre que ces billets n’est envoyé.
letters-doubt-title = Messages personnels au sort incertain
letters-doubt = { $count ->
    [one] { $count } message personnel (confirmation, lien ou avis) a été envoyé et est resté sans réponse.
   *[other] { $count } messages personnels (confirmations, liens ou avis) ont été envoyés et sont restés sans réponse.
 }
letters-again = Les renvoyer
letters-again-effect = Certains arriveront peut-être deux fois.
letters-accepted = Les tenir pour acceptés
letters-accepted-effect = Ils ne sont pas renvoyés. Certains ne sont peut-être jamais arrivés.
said-letters-again = { $count ->
    [one] { $count } message personnel repart.
   *[other] { $count } messages personnels repartent.
 }
said-letters-settled = { $count ->
    [one] { $count } message personnel est tenu pour accepté.
   *[other] { $count } messages personnels sont tenus pour acceptés.
 }
said-digest-sent-soon = L’envoi part dans une minute. Jusque-là, vous pouvez le reprendre.
said-digest-approved = Approuvé : l’envoi part dans une minute. Jusque-là, vous pouvez le reprendre.
said-digest-already = C’était déjà fait, à l’instant ou par quelqu’un d’autre.
said-digest-stopped = L’envoi a été arrêté avant son départ.
said-digest-skipped = Sauté : personne ne le reçoit, et ses billets ne partiront plus à ce rythme.
said-digest-skipped-back = Sauté : ses billets attendent le prochain envoi.
said-digest-paused = En pause.
said-digest-resumed = L’envoi reprend.
said-digest-cancelled = Le reste a été annulé.
said-digest-retried = { $count ->
    [one] { $count } message repart.
   *[other] { $count } messages repartent.
 }
said-digest-again = { $count ->
    [one] { $count } message incertain repart.
   *[other] { $count } messages incertains repartent.
 }
said-digest-settled = { $count ->
    [one] { $count } message incertain est tenu pour accepté.
   *[other] { $count } messages incertains sont tenus pour acceptés.
 }
today-leaving = L’envoi « { $subject } » part de lui-même : { $when }.

## Console: preview
digest-preview-title = Aperçu
digest-preview-of-digest = Aperçu de l’envoi « { $subject } »
digest-preview-of-slot = Ce que dirait le prochain envoi
digest-preview-views = Vues du message
digest-preview-languages = Langues
digest-preview-tab-desktop = Ordinateur
digest-preview-tab-phone = Téléphone
digest-preview-tab-dark = Sombre
digest-preview-tab-bare = Sans images
digest-preview-tab-text = Texte brut
digest-preview-tab-source = Source
digest-preview-frame = Le message, { $view }
digest-preview-inbox = Dans une liste de messages
digest-preview-inbox-from = De
digest-preview-inbox-subject = Objet
digest-preview-inbox-preheader = Puis
digest-preview-exact = Le message lui-même est composé par la même fonction, octet pour octet ; seul ce qui est personnel diffère.
digest-preview-alone = Ouvrir le message seul
digest-preview-size = Taille
digest-preview-size-of = { $kilobytes } ko sur { $most }
digest-preview-size-large = Gmail coupe les messages de cette taille : laissez un billet de côté ou raccourcissez l’introduction.
digest-preview-part = { $name } : { $kilobytes } ko
digest-preview-parts = Ce qui prend le plus de place
digest-preview-part-intro = Introduction
digest-preview-part-frame = Cadre, pied de page et liens
digest-preview-test-title = Envoyer un essai
digest-preview-test-to = Adresses
digest-preview-test-help = Cinq au plus, une par ligne. Un essai porte « [Test] » devant son objet, et son lien de désabonnement est sans effet.
digest-preview-test-send = Envoyer l’essai
digest-preview-test-none = écrivez au moins une adresse
digest-preview-edit = Modifier
digest-preview-check = Vérifications
digest-preview-open = Aperçu
digest-preview-back = Retour à l’envoi
digest-preview-back-schedule = Retour au rythme
digest-preview-nothing = Il n’y a rien à montrer : { $words }.
digest-preview-slot-at = Prévu { $when }.
digest-preview-slot-post = Partirait dès la fin de son temps d’attente.
digest-preview-slot-skipped = En l’état, il ne partirait pas : { $words }.
digest-preview-slot-to = { $count ->
    [one] Il irait à { $count } personne.
   *[other] Il irait à { $count } personnes.
 }
digest-preview-slot-more = { $count ->
    [one] { $count } autre message suivrait.
   *[other] { $count } autres messages suivraient.
 }
digest-preview-blocks = à corriger
digest-preview-warns = à regarder
digest-preview-nothing-found = Rien ne s’oppose à cet envoi.
digest-preview-blocked = { $count ->
    [one] { $count } point est à corriger avant que cet envoi parte
   *[other] { $count } points sont à corriger avant que cet envoi parte
 }
digest-preview-content = Contenu
digest-preview-content-posts = Billets
digest-preview-duplicate = Dupliquer
digest-preview-duplicate-help = Ses billets passent dans un nouvel envoi en attente ; personne n’a reçu celui-ci.
digest-checks-title = Vérifications avant l’envoi
digest-checks-links = Liens
digest-checks-links-none = Le message ne mène à aucune page.
digest-checks-links-look = Demander si les liens mènent quelque part
digest-checks-links-help = Chaque serveur est interrogé avec ménagement, pendant 20 secondes au plus. Un lien dont le serveur ne répond pas à temps est dit « non vérifiable », et non rompu.
digest-checks-link = Lien
digest-checks-answer = Réponse
digest-preview-links-short = Liens : { $fine } bons, { $broken } rompus, { $unknown } non vérifiables, { $left } pas encore demandés
digest-link-fine = bon
digest-link-broken = rompu
digest-link-not-checkable = non vérifiable
digest-link-not-looked-at = pas encore demandé
digest-edit-title = Modifier l’envoi
digest-edit-subject = Objet
digest-edit-subject-help = Laissez vide pour qu’il soit tiré des billets. De 10 à 78 caractères, il se lit le mieux.
digest-edit-preheader = Texte d’aperçu
digest-edit-preheader-help = La ligne que les listes de messages montrent après l’objet. Laissez vide pour qu’elle soit tirée des billets.
digest-edit-intro = Introduction
digest-edit-intro-help = Placée avant les billets. Markdown : **gras**, *italique*, [un lien](https://…), listes avec un tiret.
digest-edit-posts = Billets
digest-edit-posts-help = Dans l’ordre du message ; le premier est en tête.
digest-edit-place = Ce billet
digest-edit-place-in = part avec cet envoi
digest-edit-place-waits = attend le suivant
digest-edit-place-skipped = est laissé de côté pour de bon
digest-edit-up = Monter : { $title }
digest-edit-down = Descendre : { $title }
digest-edit-lead = Mettre en tête : { $title }
digest-edit-mail-only = Dans ce message seulement
digest-edit-summary = Résumé propre
digest-edit-summary-help = À la place du texte du billet. Texte simple ; le billet lui-même reste tel quel.
digest-edit-image = Image propre
digest-edit-image-help = Son adresse sur le web. Laissez vide pour celle du billet.
digest-edit-bare = Sans image
digest-edit-alt = Ce que montre l’image
digest-edit-save = Enregistrer
digest-edit-cancel = Revenir sans enregistrer
digest-edit-stale-title = Modifié ailleurs entre-temps
digest-edit-stale = l’envoi a été modifié ailleurs entre-temps : relisez-le
digest-edit-stale-help = Quelqu’un a enregistré cet envoi après que vous l’avez ouvert : vous peut-être, dans un autre onglet. Rien n’est perdu : les champs gardent ce que vous avez tapé, et sous chacun figure ce qui est enregistré là où cela diffère.
digest-edit-stale-save = Enregistrer le mien à la place
digest-edit-stale-drop = Abandonner le mien, prendre ce qui est enregistré
digest-edit-stored = Enregistré :
digest-edit-stored-order = Ordre et places enregistrés :
digest-edit-nothing = rien
digest-edit-refused = Impossible d’enregistrer : { $words }. Ce que vous avez tapé est toujours là.
digest-edit-problems = { $count ->
    [one] Rien n’est enregistré : { $count } champ est à corriger
   *[other] Rien n’est enregistré : { $count } champs sont à corriger
 }
said-digest-saved = L’envoi est enregistré.
said-digest-duplicated = Les billets sont maintenant dans ce nouvel envoi, en attente.
said-test-asked = { $count ->
    [one] Un essai part à { $count } adresse.
   *[other] Un essai part à { $count } adresses.
 }

## Console: posts
console-drafts = Brouillons
posts-write = Écrire un billet
posts-drafts = Brouillons
posts-feeds = D’où viennent les billets
posts-no-feed = Aucun flux n’est lu. Les billets écrits ici, ou reçus par l’API, partent avec le prochain envoi.
posts-read-now = Lire les flux maintenant
posts-feed-fails = illisible : { $error }
posts-shelves = Billets par état
posts-shelf-all = Tous
posts-shelf-waiting = En attente
posts-shelf-held = Retenus
posts-shelf-taken = Dans un envoi
posts-shelf-skipped = Écartés
posts-shelf-seen = D’avant
posts-shelf-gone = Disparus
posts-empty = Aucun billet ici.
posts-caption = Billets, les plus récents d’abord
posts-column-tick = Choisir
posts-column-title = Titre
posts-column-state = État
posts-column-source = Origine
posts-tick = Choisir « { $title } »
posts-include = Inclure les billets choisis
posts-skip = Écarter les billets choisis
posts-decide-hint = Un billet inclus part avec le prochain envoi, même s’il était retenu, écarté, ancien ou encore en repos. Un billet écarté ne part pas.
posts-older = Plus anciens
posts-back = Tous les billets
posts-source-here = Écrit ou donné ici
posts-source-letter = Un message à tous
posts-why-missing = absent de son flux depuis le { $what } ; le flux sera relu avant d’y croire
posts-why-next = { $what }
posts-why-next-alone = dans un message à lui seul
posts-why-rests = en repos jusqu’à { $what }, le temps de pouvoir le retirer
posts-why-misses = trop tard pour l’envoi du { $what }, sauf si vous l’incluez
posts-feed-name = { $name } :
posts-why-future = sa date est à venir : il part après elle, ou tout de suite si vous l’incluez
posts-why-paused = tous les rythmes sont suspendus
posts-why-later = attend : le prochain envoi est complet, ou commencé après lui
post-stands = Où il en est
post-day = Daté du
post-author = Auteur
post-seen = Vu d’abord
post-address = Adresse
post-include = Inclure dans le prochain envoi
post-skip = Écarter
post-draft = Le brouillon dont il vient
post-sent = Où il est parti
post-sent-nowhere = Dans aucun envoi pour l’instant.
post-mail = Tel qu’un message le montre
post-mail-title = Aperçu du message
said-posts-included = { $count ->
    [one] { $count } billet est inclus.
   *[other] { $count } billets sont inclus.
 }
said-posts-skipped = { $count ->
    [one] { $count } billet est écarté.
   *[other] { $count } billets sont écartés.
 }
said-posts-none-ticked = Aucun billet n’était choisi : rien n’a changé.
said-posts-read = { $count ->
    [one] { $count } nouveau billet trouvé.
   *[other] { $count } nouveaux billets trouvés.
 }
said-posts-read-nothing = Les flux ont été lus : rien de nouveau.
said-posts-read-failed = { $count ->
    [one] { $count } flux n’a pas pu être lu ; la raison est indiquée ci-dessous.
   *[other] { $count } flux n’ont pas pu être lus ; les raisons sont indiquées ci-dessous.
 }
drafts-write-letter = Écrire un message à tous
drafts-empty = Rien n’est en cours d’écriture.
drafts-untitled = Sans titre
drafts-kind-post = billet
drafts-kind-letter = message à tous
drafts-changed = Enregistré le { $at }.
drafts-published = Publié le { $at }.
drafts-deleted = Jeté ; peut être récupéré jusqu’au { $at }.
drafts-restore = Récupérer
drafts-restore-named = Récupérer « { $title } »
drafts-back = Tous les brouillons
draft-title-post = Écrire un billet
draft-title-letter = Écrire un message à tous
draft-kind = Ce qu’il devient
draft-kind-post = Un billet : il part avec le prochain envoi de chaque rythme.
draft-kind-letter = Un message à tous : à toutes les personnes abonnées, seul, quand vous le décidez.
draft-title = Titre
draft-body = Texte
draft-body-help = En Markdown : une ligne vide entre les paragraphes, ## devant un intertitre, - devant chaque élément d’une liste, **gras**, [mots](https://adresse).
draft-size = Tel qu’il est enregistré, dans son message : { $size }.
draft-size-typed = Dans son message : { $size }.
draft-save = Enregistrer
draft-preview = Aperçu
draft-ready-post = Enregistrer et publier…
draft-ready-letter = Enregistrer et envoyer…
draft-picture-legend = Ajouter une image
draft-picture-file = Image
draft-picture-help = PNG, JPEG, WebP ou GIF, jusqu’à 5 Mo. Elle est réduite à la taille d’un message, redressée, et ne dit plus où elle a été prise.
draft-alt = Ce qu’elle montre
draft-alt-help = Pour qui ne la voit pas, en quelques mots.
draft-decoration = Elle est décorative : il n’y a rien à en dire.
draft-picture-add = Ajouter l’image et enregistrer
draft-picture-failed = L’image n’a pas été ajoutée.
draft-preview-title = Tel que le message sera
draft-preview-help = Seul dans son message, dans la langue de la lettre.
draft-delete = Jeter
draft-delete-help = Il peut être récupéré pendant trois jours.
draft-gone = Ce brouillon n’existe plus. Votre texte est conservé ici : enregistrez-le comme un nouveau.
draft-conflict-title = Deux textes d’un même brouillon
draft-conflict-lead = Ce brouillon a été modifié entre-temps ({ $at }). Rien n’est perdu : les deux textes sont ici.
draft-conflict-mine = Votre texte
draft-conflict-stored = Le texte enregistré
draft-conflict-keep = Garder le mien comme le plus récent
draft-conflict-take = Prendre celui qui est enregistré
draft-closed-title = Ce brouillon ne peut plus être modifié
draft-closed-lead = Il a été publié ou jeté entre-temps. Votre texte est conservé ici.
draft-closed-keep = Garder le mien comme nouveau brouillon
draft-see-post = Voir le billet
draft-gone-post = Un envoi contient le billet : il ne peut plus être repris.
draft-gone-letter = Il ne peut plus être repris ici : une partie est déjà partie, ou votre rôle ne vous permet pas d’envoyer.
draft-take-back = Le reprendre
draft-take-back-help = Tant que rien n’en est parti, il redevient un brouillon.
draft-ready-title = Prêt à partir
draft-ready-what = Ce qui se passera
draft-ready-checks = À regarder d’abord
draft-ready-back = Revenir au texte
draft-ready-letter-effect = { $count ->
    [0] Personne n’est abonné : il n’irait à personne.
    [one] Il va à { $count } personne, seul dans son message.
   *[other] Il va à { $count } personnes, seul dans son message.
 }
draft-ready-send = { $count ->
    [one] Envoyer à { $count } personne
   *[other] Envoyer à { $count } personnes
 }
draft-ready-publish = Publier
draft-ready-when = Quand
draft-ready-now = Maintenant : il part dans une minute, et peut être repris d’ici là.
draft-ready-later = À cette heure :
draft-ready-hour = Jour et heure, à l’horloge de { $zone }
draft-ready-letter-help = Qui s’abonne avant son départ le reçoit aussi ; qui se désabonne avant ne le reçoit pas.
draft-ready-post-help = Il peut être repris tant qu’aucun envoi ne le contient.
draft-ready-no-title = Il n’y a pas de titre : un message en a besoin.
draft-ready-no-body = Il n’y a pas de texte.
draft-ready-no-time = Choisissez un jour et une heure à venir.
draft-ready-no-right = Votre rôle ne permet pas d’envoyer. Une personne qui le peut l’enverra depuis cette page.
draft-effect = Avec l’envoi du { $when }, à { $people }.
draft-effect-alone = Dans un message à lui seul dans quelques minutes, à { $people }.
draft-effect-paused = Un rythme de { $people } est suspendu : il y attend.
said-draft-saved = Enregistré.
said-draft-picture = L’image est ajoutée, et le brouillon enregistré.
said-draft-picture-still = L’image est ajoutée, et le brouillon enregistré. Animée, elle est trop lourde pour un message : seule sa première image est gardée.
said-draft-deleted = Jeté. Il peut être récupéré pendant trois jours.
said-draft-restored = Il est de retour.
said-draft-unchanged = Rien n’a changé : il avait déjà été publié, jeté ou récupéré.
said-draft-published = Il est publié, et part avec le prochain envoi.
said-draft-changed = Le brouillon a été modifié entre-temps : relisez-le avant qu’il parte.
said-draft-sent = Il part dans une minute. D’ici là, vous pouvez le reprendre.
said-draft-planned = Il part à l’heure choisie. D’ici là, vous pouvez le reprendre.
said-draft-taken-back = Repris : c’est de nouveau un brouillon, et rien n’en part.
said-draft-left = Il ne peut plus être repris : un envoi le contient. La page de l’envoi dit ce qui est encore possible.
revisions-title = Textes antérieurs
revisions-help-draft = Chaque texte qui a été enregistré, le plus récent d’abord.
revisions-help-digest = Ce qui a été écrit pour cet envoi : les vingt derniers enregistrements, le plus récent d’abord.
revisions-none = Rien n’a encore été enregistré.
revisions-line = { $number } : { $title }
revisions-saved = Enregistré le { $at }.
revisions-saved-by = Enregistré le { $at } par { $person }.
revisions-now = actuel
revisions-own-subject = tiré des billets
revisions-back = Tous les textes antérieurs
revisions-text-title = Texte { $number }
revisions-of-post = { $field }, { $title }
revisions-take = Reprendre ce texte
revisions-take-help-draft = Il devient le texte le plus récent. Celui d’à présent reste dans cette liste.
revisions-take-help-digest = Ses mots deviennent les plus récents. L’ordre des billets et ceux qui partent restent tels quels ; ce qui est écrit à présent reste dans cette liste.
revisions-is-now = C’est le texte actuel.
revisions-closed = Il ne peut plus être modifié : rien ne peut être repris.
said-text-taken-back = Le texte est de retour. Celui d’avant est parmi les textes antérieurs.

## Console: subscribers
console-status-pending = à confirmer
console-status-confirmed = confirmé
console-status-paused = en pause
console-status-unsubscribed = désabonné
console-status-bounced = adresse disparue
console-status-complained = plainte
subscribers-all = Tous
subscribers-tabs = Abonnés par état
subscribers-counts-old = Sur une liste de cette taille, ces nombres peuvent dater de quelques secondes.
subscribers-q = Trouver quelqu’un
subscribers-q-hint = Votre saisie ne figure ni dans la barre d’adresse ni dans un journal. Les majuscules et les accents ne comptent pas.
subscribers-how = Votre saisie est
subscribers-how-address = le début d’une adresse
subscribers-how-name = le début d’un nom
subscribers-how-domain = un domaine (après l’@)
subscribers-how-part = une partie d’une adresse ou d’un nom (plus lent)
subscribers-more-filters = Autres filtres
subscribers-any = indifférent
subscribers-state = État
subscribers-since = Depuis
subscribers-language = Langue
subscribers-rhythm = Rythme
subscribers-origin = Provenance
subscribers-origin-hint = Le site du formulaire, par exemple blog.example.org, ou « imported » (liste importée) ou « added » (ajout à la main).
subscribers-search = Chercher
subscribers-search-end = Afficher tout le monde
subscribers-search-on = Continuer la recherche
subscribers-slow = Cette recherche examine tous les abonnés un à un : elle peut prendre jusqu’à deux secondes.
subscribers-cut = { $count ->
    [one] Cette recherche examine tous les abonnés ; elle s’est arrêtée après { $count } seconde : il peut y en avoir d’autres. Continuez avec « Suivants », ou précisez-la.
   *[other] Cette recherche examine tous les abonnés ; elle s’est arrêtée après { $count } secondes : il peut y en avoir d’autres. Continuez avec « Suivants », ou précisez-la.
 }
subscribers-none-found = Personne n’a été trouvé.
subscribers-none = Il n’y a encore personne ici.
subscribers-who = Qui
subscribers-tick = Choisir
subscribers-pages = Pages de la liste
subscribers-previous = Précédents
subscribers-next = Suivants
subscribers-back = Retour à la liste
subscribers-cancel = Annuler
subscribers-export = Exporter
subscribers-format = Format
subscribers-export-button = Télécharger la liste
subscribers-add = Ajouter une personne
subscribers-import = Importer une liste
subscribers-person = Abonné
subscribers-told-title = Nouveaux abonnés
subscribers-told-on = Un message vous dit combien de personnes ont confirmé, au plus une fois toutes les dix minutes. Il ne nomme personne.
subscribers-told-off = Vous ne recevez aucun message quand une personne confirme.
subscribers-told-start = Me prévenir de chaque nouvel abonné
subscribers-told-stop = Arrêter ces messages
field-optional = (facultatif)
add-email = Adresse électronique
add-name = Nom
add-how = Comment cette personne a donné son accord
add-how-hint = Par exemple : « sur papier, à notre stand, le 12 mai 2026 ». Elle est alors confirmée tout de suite. Sinon, elle reçoit un message et confirme elle-même.
add-why = Pourquoi cette personne peut revenir
add-why-hint = Par exemple : « me l’a demandé au téléphone le 3 juin ». C’est gardé comme preuve.
add-button = Ajouter
add-kept-out-next = Si elle demande à revenir, dites ci-dessous comment vous le savez, puis ajoutez-la de nouveau.
kept-out-unsubscribed = Cette personne s’est désabonnée.
kept-out-bounced = Cette adresse n’existait plus.
kept-out-complained = Cette personne a signalé un message comme indésirable. Elle seule peut revenir, en s’inscrivant elle-même.
kept-out-erased = Cette personne a demandé à être effacée.
kept-out-themselves = Cette personne a effacé ses données elle-même : elle seule peut revenir, par le formulaire.
kept-out-not-me = Cette personne a dit ne s’être jamais abonnée.
kept-out-suppressed = Il ne faut pas écrire à cette adresse.
person-who = Qui
person-name = Nom
person-asked = Première demande
person-confirmed = Confirmation
person-contact = Dernier contact
stay-question-planned = Sera bientôt interrogée : souhaite-t-elle rester ?
stay-question-asked = La question « souhaitez-vous rester ? » est en route
stay-question-open = A reçu la question « souhaitez-vous rester ? » ; pas encore de réponse
person-ended = Fin
person-waiting = Nouvelle adresse, pas encore confirmée
person-happened = Ce qui s’est passé
person-older = { $count ->
    [one] { $count } entrée plus ancienne figure dans le fichier à télécharger ci-dessous.
   *[other] { $count } entrées plus anciennes figurent dans le fichier à télécharger ci-dessous.
 }
person-acts = Ce que vous pouvez faire
person-ask-again-lead = Cette personne n’a pas confirmé. Le message peut être renvoyé : après cinq minutes, trois fois par jour et cinq fois en 30 jours au plus.
person-ask-again = Renvoyer le message de confirmation
person-new-address = Nouvelle adresse
person-new-address-hint = Un message part à la nouvelle adresse. L’ancienne reste jusqu’à sa confirmation.
person-new-address-button = Interroger la nouvelle adresse
person-unsubscribe-lead = Cette personne ne reçoit plus rien dès maintenant. Elle seule peut se réabonner.
person-unsubscribe = Désabonner
person-stays-lead = Cette personne vous a dit, par courriel ou de vive voix, qu’elle souhaite rester ? Le temps de silence repart alors de zéro.
person-stays = Souhaite rester
person-export-lead = Tout ce qui est enregistré sur cette personne, dans un fichier (JSON). Pour l’imprimer, imprimez cette page.
person-export = Télécharger
person-erase = Effacer cette personne…
new-address-same = C’est déjà son adresse.
new-address-taken = Une autre personne abonnée à cette lettre a cette adresse.
new-address-kept-out = Il ne faut pas écrire à cette adresse : son titulaire est parti pour de bon, ou elle n’existe pas.
new-address-ended = Son abonnement est terminé : elle peut s’abonner avec la nouvelle adresse dans le formulaire.
new-address-testing = Cette lettre est en mode test : aucun message ne part hors de son équipe. Réessayez une fois qu’elle est en service.
new-address-capped = Trois messages de ce genre sont partis pour cette personne en un jour. Réessayez demain.
subscriber-erase-title = Effacer cette personne ?
subscriber-erase-lead = Tout ce qui concerne cette adresse est supprimé : accords, messages, envois reçus. Seule une empreinte reste, qui tient l’adresse à l’écart. C’est irréversible.
subscriber-erase-button = Effacer définitivement
happened-asked = A demandé à s’abonner
happened-confirmed = A confirmé
happened-imported = Est venue avec une liste importée
happened-added = Ajoutée à la main
happened-left = Est partie
happened-undone = A annulé son départ
happened-moved = A confirmé une nouvelle adresse
happened-stayed = A souhaité rester
happened-letter-confirm = Message de confirmation
happened-letter-already = Message « vous êtes déjà abonné »
happened-letter-link = Message avec son lien
happened-letter-welcome = Message de bienvenue
happened-letter-stay = Message « souhaitez-vous rester ? »
happened-letter-moving = Message à l’ancienne adresse
happened-letter-change = Message à une nouvelle adresse
happened-letter-notice = Avis
happened-letter-test = Essai
happened-digest = Envoi
by-person = par l’équipe
by-command = en ligne de commande
by-token = par un programme
by-system = par Facteur
event-subscriber-asked = A demandé à s’abonner
event-subscriber-added = Ajoutée à la main
event-subscriber-imported = Est venue avec une liste importée
event-subscriber-confirmed = A confirmé
event-subscriber-resent = Message de confirmation redemandé
event-subscriber-moved = Passée à un autre rythme
event-subscriber-topics = A choisi ses thèmes
event-subscriber-paused = En pause
event-subscriber-resumed = Reçoit de nouveau les envois
event-subscriber-address-asked = Nouvelle adresse à confirmer
event-subscriber-address-changed = A confirmé une nouvelle adresse
event-subscriber-address-kept = A gardé son adresse
event-subscriber-changed = A changé de nom ou de langue
event-subscriber-left = Est partie
event-subscriber-returned = A annulé son départ
event-subscriber-stay-asked = Question « souhaitez-vous rester ? »
event-subscriber-stayed = A souhaité rester
event-subscriber-bounced = L’adresse n’existe plus
event-subscriber-complained = A signalé un message comme indésirable
event-subscriber-soft-bounced = La boîte n’a pas pris de message
event-subscriber-pardoned = La mise à l’écart a été levée
event-subscriber-revived = L’adresse existe finalement
bulk-legend = Pour les personnes choisies
bulk-act = Que faire
bulk-everything = toute cette liste, sur toutes ses pages
bulk-hint = Rien n’est encore fait : la page suivante dit combien de personnes sont concernées.
bulk-look = Continuer
bulk-latest = Vous venez de modifier plusieurs abonnés : voir, ou annuler
bulk-unsubscribe = Désabonner
bulk-rhythm = Passer à un autre rythme
bulk-resend = Renvoyer le message de confirmation
bulk-erase = Effacer
bulk-unsubscribe-title = { $count ->
    [one] Désabonner { $count } personne ?
   *[other] Désabonner { $count } personnes ?
 }
bulk-rhythm-title = { $count ->
    [one] Passer { $count } personne à un autre rythme ?
   *[other] Passer { $count } personnes à un autre rythme ?
 }
bulk-resend-title = { $count ->
    [one] Renvoyer le message de confirmation à { $count } personne ?
   *[other] Renvoyer le message de confirmation à { $count } personnes ?
 }
bulk-erase-title = { $count ->
    [one] Effacer { $count } personne ?
   *[other] Effacer { $count } personnes ?
 }
bulk-unsubscribe-lead = Elles ne reçoivent plus rien. Vous pouvez l’annuler pendant dix minutes.
bulk-rhythm-lead = Elles reçoivent désormais les envois de ce rythme. Vous pouvez l’annuler pendant dix minutes.
bulk-resend-lead = Seules les personnes qui n’ont pas confirmé le reçoivent, sauf celles qui en ont déjà eu plusieurs. Les messages partent peu à peu, comme ceux d’un import. Pendant dix minutes, vous pouvez annuler ceux qui ne sont pas encore partis.
bulk-erase-lead = Tout ce qui les concerne est supprimé. Seules des empreintes restent, qui tiennent leurs adresses à l’écart. C’est irréversible.
bulk-examples = Parmi elles :
bulk-rhythm-to = Nouveau rythme
bulk-erase-type = { $count ->
    [one] Pour confirmer, saisissez le nombre de personnes : { $count }
   *[other] Pour confirmer, saisissez le nombre de personnes : { $count }
 }
bulk-unsubscribe-button = { $count ->
    [one] Désabonner { $count } personne
   *[other] Désabonner { $count } personnes
 }
bulk-rhythm-button = { $count ->
    [one] Déplacer { $count } personne
   *[other] Déplacer { $count } personnes
 }
bulk-resend-button = { $count ->
    [one] Renvoyer à { $count } personne
   *[other] Renvoyer à { $count } personnes
 }
bulk-erase-button = { $count ->
    [one] Effacer définitivement { $count } personne
   *[other] Effacer définitivement { $count } personnes
 }
bulk-changed = { $count ->
    [one] La liste a changé entre-temps : elle compte maintenant { $count } personne. Rien n’a été fait ; vérifiez de nouveau.
   *[other] La liste a changé entre-temps : elle compte maintenant { $count } personnes. Rien n’a été fait ; vérifiez de nouveau.
 }
bulk-type-count = { $count ->
    [one] Rien n’a été effacé : saisissez { $count } pour confirmer.
   *[other] Rien n’a été effacé : saisissez { $count } pour confirmer.
 }
bulk-choose-rhythm = Choisissez un rythme.
bulk-is-moving = En cours.
bulk-is-done = C’est fait.
bulk-is-undone = Annulé.
bulk-total = Personnes
bulk-did-change = Dont modifiées
bulk-reload = Voir où cela en est
bulk-resend-pace = Les messages partent au rythme d’un import : la moitié de ce que permet [signup] letters_per_hour.
bulk-undo-until = Vous pouvez l’annuler jusqu’au { $at }. Qui a changé depuis reste tel quel.
bulk-undo = Annuler cette action
import-lead = Facteur lit les listes de la plupart des outils : CSV dans tout encodage, ou adresses collées d’un message. Qui est parti ailleurs reste à l’écart.
import-file = Fichier
import-file-hint = CSV ou texte, 20 Mio au plus. Depuis un tableur : enregistrez en CSV.
import-pasted = Ou collez des adresses
import-confirmed = Comment ces personnes ont donné leur accord
import-confirmed-hint = Par exemple : « formulaire de l’ancien site, 2019 à 2024 ». Elles sont alors confirmées tout de suite. Sinon, chacune reçoit peu à peu un message, et confirme.
import-consented-on = Quand elles l’ont donné, au plus tard
import-consented-on-hint = C’est leur dernier contact : de ce jour part le temps au bout duquel les abonnés silencieux sont interrogés. Vide : depuis l’import.
import-consented-wrong = La date de l’accord doit être un jour passé.
import-list = Cette liste est
import-list-rows = ce que dit chaque ligne
import-list-subscribed = une liste d’abonnés, quoi que dise son nom
import-list-unsubscribed = une liste de personnes à qui il ne faut pas écrire
import-language = Langue des personnes pour qui la liste n’en donne pas
import-look = Examiner cette liste
import-nothing-yet = Personne n’est encore ajouté : vous voyez d’abord ce qui a été reconnu.
import-no-file = Choisissez un fichier, ou collez des adresses.
import-too-large = Ce fichier dépasse 20 Mio : divisez-le et importez les parties l’une après l’autre.
import-problem-empty = Le fichier est vide.
import-problem-spreadsheet = C’est un tableur ou une archive, pas une liste. Enregistrez-le en CSV, puis envoyez ce fichier.
import-problem-no-list = Ce n’est pas une liste d’adresses. Exportez la liste en CSV depuis l’outil d’où elle vient.
import-problem-no-addresses = Aucune colonne ne contient d’adresses. Écrivez « email » dans la première ligne, au-dessus de la colonne des adresses.
import-problem-first-line = Aucun nom de la première ligne n’est connu pour une colonne d’adresses : { $names }. Dites ci-dessous laquelle c’est.
import-problem-no-such-column = Il n’y a pas de colonne « { $names } ». Choisissez-en une du fichier.
import-problem-unreadable = Le fichier ne peut pas être lu. Exportez-le de nouveau en CSV.
import-problem-columns = Vous dites que ces personnes ont donné leur accord, mais des colonnes que Facteur ne comprend pas disent peut-être qui est parti ou a refusé : { $names }. Regardez-les. Si elles n’en disent rien, cochez-les ci-dessous sous « Colonnes à ignorer ».
import-problem-called = Le nom du fichier, « { $names } », évoque des personnes à qui il ne faut pas écrire. Dites ci-dessous de quelle sorte de liste il s’agit.
import-problem-subscribed = Vous dites qu’il ne faut pas écrire à ces personnes, mais la colonne « { $names } » dit que certaines sont abonnées. Choisissez une autre sorte de liste, ou ignorez cette colonne.
import-problem-cut = L’import s’est interrompu. Rien n’est perdu : recommencez-le, et qui est déjà là reste tel quel.
import-would = Ce que ferait cette liste
import-running = Import en cours
import-done = Importée
import-failed = Import inachevé
import-silent = L’import s’est interrompu, peut-être par un redémarrage. Recommencez-le : qui est déjà là reste tel quel.
import-stored = { $count ->
    [one] { $count } personne jusqu’ici.
   *[other] { $count } personnes jusqu’ici.
 }
import-people = { $count ->
    [one] { $count } adresse dans la liste
   *[other] { $count } adresses dans la liste
 }
import-added-confirmed = { $count } ajoutées, confirmées ailleurs
import-added-pending = { $count } ajoutées, à interroger par message
import-added-unsubscribed = { $count } retenues comme désabonnées : elles ne reçoivent rien
import-added-bounced = { $count } retenues comme adresses disparues
import-added-complained = { $count } retenues comme plaintes
import-raised = { $count } confirmées ; elles attendaient leur confirmation
import-already = { $count } déjà là, inchangées
import-ended = { $count } désabonnées ; elles étaient abonnées ici
import-repeated = { $count } nommées plusieurs fois
import-invalid = { $count } lignes sans adresse
import-kept-out-unclear = { $count } tenues à l’écart : leur état n’est pas compris
import-kept-out-suppressed = { $count } tenues à l’écart : il ne faut pas leur écrire
import-kept-out-unsubscribed = { $count } tenues à l’écart : elles se sont désabonnées ici
import-kept-out-bounced = { $count } tenues à l’écart : leur adresse n’existe pas
import-kept-out-complained = { $count } tenues à l’écart : elles se sont plaintes
import-invalid-lines = Lignes sans adresse
import-line = Ligne { $line } :
import-columns = Colonnes
import-column = Colonne
import-taken-for = Comprise comme
import-unclear = Pas compris
import-apply-lead = L’import peut durer ; vous pouvez quitter cette page entre-temps.
import-apply = Importer
import-say-more = Quelque chose ne va pas ?
import-address = Colonne des adresses
import-ignore = Colonnes à ignorer
import-look-again = Examiner de nouveau
import-discard = Oublier ce fichier
column-address = adresse
column-name = nom
column-first-name = prénom
column-last-name = nom de famille
column-language = langue
column-status = état
column-confirmed = si la personne a confirmé
column-reachable = si l’adresse fonctionne
column-consent = accord
column-pending = qui n’a pas confirmé
column-bounced = adresses disparues
column-complained = qui s’est plaint
column-unsubscribed = qui est parti
column-ignored = ignorée
column-not-used = pas utilisée
column-not-understood = pas comprise
column-doubt-words = mots d’accord ou d’état
column-doubt-not-understood = aucun de ses mots n’est compris
column-doubt-dates = dates
column-doubt-two-values = valeurs comme un oui et un non
said-subscribers-told = Désormais, un message vous prévient des nouveaux abonnés.
said-subscribers-not-told = Vous ne recevez plus de messages sur les nouveaux abonnés.
said-subscribers-added = Ajoutée et confirmée.
said-subscribers-added-pending = Ajoutée. Un message de confirmation est en route.
said-subscribers-already = Cette personne est déjà abonnée ; rien n’a changé.
said-subscriber-unsubscribed = Désabonnée.
said-subscriber-stays = C’est noté : cette personne reste.
said-subscriber-not-subscribed = Cette personne n’était plus abonnée ; rien n’a changé.
said-subscriber-asked-again = Le message de confirmation est en route.
said-subscriber-not-pending = Cette personne n’a pas besoin de message de confirmation ; rien n’est parti.
said-subscriber-until-live = La lettre est en mode test : le message partira quand elle sera en service.
said-subscriber-capped = Assez de messages sont partis à cette adresse : rien n’a été envoyé. Réessayez plus tard.
said-subscriber-suppressed = Il ne faut pas écrire à cette adresse : rien n’a été envoyé.
said-subscriber-address-asked = Un message est en route vers la nouvelle adresse.
said-subscriber-erased = Effacée. Seule une empreinte tient l’adresse à l’écart.
said-bulk-nobody = Choisissez d’abord des personnes et une action.
said-bulk-begun = C’est commencé.
said-bulk-undone = Annulé, pour qui n’avait pas changé depuis.
said-bulk-too-late = Trop tard : cela ne peut plus être annulé.
said-import-looked = Voici ce qui a été reconnu. Personne n’est encore ajouté.
said-import-begun = L’import a commencé.
said-import-not-begun = L’import n’a pas commencé : il est en cours, fini, ou quelque chose l’empêche.
said-import-discarded = Le fichier est oublié.
## Console: schedule
schedule-add-title = Un rythme de plus
schedule-add = Ajouter ce rythme
schedule-people = { $count ->
    [one] { $count } personne le suit.
   *[other] { $count } personnes le suivent.
 }
schedule-next-title = Les prochaines dates
schedule-dry-run = Voir ce que serait le prochain envoi
schedule-change-title = Changer la phrase
schedule-every = Envoyer chaque
schedule-on-week = le (pour chaque semaine)
schedule-on-month = le (pour chaque mois)
schedule-at = à
schedule-zone = à l’heure de
schedule-approval = et l’envoi
schedule-veto = Chaque envoi est préparé une heure avant sa date, avec les billets qui ont alors reposé, et la rédaction en est avertie. S’il n’y en a pas encore, il est préparé dès qu’il y en a un, jusqu’à sa date. Il part une heure après le message, et jamais avant sa date.
schedule-veto-near = La prochaine date est dans moins d’une heure : s’il y a quelque chose à envoyer à { $slot }, l’envoi part à { $time } au plus tôt, une heure après le message.
schedule-save = Enregistrer la phrase
schedule-month-day = jour { $day }
schedule-month-last = le dernier jour
schedule-month-nth = le { $nth } { $weekday }
schedule-steer-title = Sauter ou suspendre
schedule-skip-next = Sauter la prochaine date
schedule-keep-next = Ne plus sauter la prochaine date
schedule-pause = Mettre en pause
schedule-resume = Mettre fin à la pause
schedule-until = En pause jusqu’à ce jour (le premier où les envois reprennent)
schedule-pause-until = Mettre en pause jusque-là
schedule-readers-title = Pour les lecteurs
schedule-is-offered = Les lecteurs peuvent choisir ce rythme dans leurs réglages.
schedule-is-not-offered = Les lecteurs ne peuvent pas choisir ce rythme.
schedule-chosen = { $count ->
    [0] Personne ne l’a choisi.
    [one] Une personne l’a choisi ; elle seule peut demander à recevoir plus souvent.
   *[other] { $count } personnes l’ont choisi ; elles seules peuvent demander à recevoir plus souvent.
}
schedule-offer = Le proposer aux lecteurs
schedule-withhold = Ne plus le proposer aux lecteurs
schedule-is-default = Les nouveaux abonnés suivent ce rythme.
schedule-make-default = Donner ce rythme aux nouveaux abonnés
schedule-lower = { $count ->
    [one] aussi à une personne qui n’a rien choisi et suit un rythme plus fréquent
   *[other] aussi à { $count } personnes qui n’ont rien choisi et suivent un rythme plus fréquent
}
schedule-topics = Les thèmes que les lecteurs peuvent choisir
schedule-remove-title = Supprimer ce rythme
schedule-remove = Le supprimer
schedule-move-label = Ses abonnés passent à
schedule-move = { $count ->
    [one] Déplacer { $count } personne
   *[other] Déplacer { $count } personnes
 }
said-schedule-offered = C’est fait. Ceux qui suivent ce rythme y restent.
said-schedule-default = Les nouveaux abonnés suivent désormais ce rythme.
said-schedule-lowered = Les nouveaux abonnés suivent désormais ce rythme, comme ceux qui n’avaient rien choisi et recevaient plus souvent.
said-topic-added = Le thème est ajouté.
said-topic-saved = Le thème est enregistré.
said-topic-removed = Le thème est supprimé. Ce que ses lecteurs ont choisi d’autre demeure.
topics-lead = Les lecteurs choisissent des thèmes dans leurs réglages : ils ne reçoivent que les billets de ceux-là, et ceux qui n’ont pas de thème. Qui ne choisit rien reçoit tout.
topics-confirmed = { $count ->
    [one] Un abonné confirmé ; qui veut tout recevoir ne compte pour aucun thème.
   *[other] { $count } abonnés confirmés ; qui veut tout recevoir ne compte pour aucun thème.
}
topics-back = Retour aux rythmes
topic-add-title = Un nouveau thème
topic-name = Nom
topic-description = En une phrase (facultatif)
topic-categories = Catégories
topic-categories-help = Telles que votre blog les nomme dans son flux, une par ligne.
topic-feeds = Flux dont tous les billets lui appartiennent
topic-add = Ajouter le thème
topic-save = Enregistrer
topic-remove = Supprimer
said-schedule-saved = Le rythme est enregistré.
said-schedule-skips = La prochaine date est sautée ; ses billets attendent la suivante.
said-schedule-keeps = La prochaine date n’est plus sautée.
said-schedule-paused = Le rythme est en pause ; les billets attendent.
said-schedule-resumed = La pause est terminée.
said-schedule-removed = Le rythme est supprimé.
said-schedule-moved-not-all = Ceux qui n’ont pas choisi leur rythme ont été déplacés. Ceux qui ont choisi celui-ci y restent : l’autre écrit plus souvent.
said-schedule-releasing = Un envoi est en train de partir : tout le monde n’a pas été déplacé. Réessayez dans une minute.
said-schedule-moved = C’est fait ; le rythme peut maintenant être supprimé.
## Console: settings
console-live = Mettre en service
settings-to-form = Le formulaire d’abonnement
settings-to-live = Mettre en service
settings-to-test = Mode test
settings-to-doctor = Diagnostic
settings-to-reader-letters = Bienvenue et silence
reader-letters-title = Message de bienvenue et abonnés silencieux
welcome-title = Message de bienvenue
welcome-about = Envoyé une seule fois, à toute personne qui confirme son abonnement pour la première fois. Il mène à des billets par leur titre, sans répéter leur texte.
welcome-texts = Ses mots
welcome-brings = Ce qu’il apporte
welcome-off = Pas de message de bienvenue
welcome-nothing = Ses mots seulement
welcome-last = Le contenu du dernier envoi
welcome-chosen = Des billets que vous choisissez
welcome-posts = { $count ->
    [one] Billets choisis, { $count } au plus
   *[other] Billets choisis, { $count } au plus
 }
welcome-is-off = Personne ne reçoit de message de bienvenue.
welcome-is-nothing = Toute personne qui confirme reçoit un message de bienvenue.
welcome-is-last = Toute personne qui confirme reçoit un message de bienvenue, avec le contenu du dernier envoi.
welcome-is-chosen = Toute personne qui confirme reçoit un message de bienvenue, avec ces billets : { $posts }.
staying-title = Abonnés silencieux
staying-about = Aucune donnée personnelle ne se garde pour toujours. Qui ne s’est pas manifesté depuis longtemps reçoit une seule fois la question « souhaitez-vous rester ? » ; sans réponse, tout est effacé, et la personne peut se réabonner. L’ouverture d’un message n’est pas connue et ne compte pas.
staying-texts = Les mots de la question
staying-asks = Interroger les abonnés silencieux
staying-yes = Oui : une seule fois, puis effacer qui ne répond pas
staying-no = Non : garder tout le monde
staying-months = Après tant de mois de silence
staying-months-help = 35 par défaut : avec le délai de réponse, trois ans après le dernier contact.
staying-days = Jours pour répondre
staying-days-help = Comptés à partir du moment où le serveur de messagerie de la personne a accepté la question.
staying-is-on = Qui se tait depuis { $months } mois reçoit la question « souhaitez-vous rester ? » et, sans réponse sous { $days } jours, est effacé.
staying-is-off = Personne n’est interrogé.
staying-planned = { $count ->
    [one] { $count } personne sera interrogée, au fil des semaines à venir.
   *[other] { $count } personnes seront interrogées, au fil des semaines à venir.
 }
staying-asked = { $count ->
    [one] { $count } question est en route.
   *[other] { $count } questions sont en route.
 }
staying-open = { $count ->
    [one] { $count } personne interrogée n’a pas encore répondu.
   *[other] { $count } personnes interrogées n’ont pas encore répondu.
 }
settings-general = Nom et expéditeur
settings-name = Nom
settings-from = Expéditeur
settings-from-help = Un nom et une adresse : Le carnet <carnet@example.org>
settings-reply-to = Adresse pour les réponses
settings-reply-to-help = Vide : les réponses vont à l’expéditeur. Les avis de Facteur y arrivent aussi.
settings-postal = Qui la publie, et où
settings-postal-help = Nom et adresse postale ; la loi les demande au pied de chaque message.
settings-description = Description
settings-description-help = Une ou deux phrases pour la page d’abonnement.
settings-site = L’adresse du blog
settings-language = Langue
settings-listed = Sur la page d’accueil
settings-in-preferences = Dans les réglages des lecteurs des autres lettres
settings-in-preferences-help = Une case à cocher sur la page « Vos réglages » : qui ouvre le lien reçu à son adresse s’abonne sans autre confirmation.
settings-save = Enregistrer
settings-brand = Son apparence
settings-logo = Adresse d’un logo situé ailleurs
settings-logo-help = Une image en https ; elle figure en tête de chaque envoi, sur 56 pixels de haut. Mieux vaut en déposer une ci-dessous : elle figure aussi sur les messages et reste visible sur un écran sombre.
settings-colour = Couleur
settings-colour-help = Par exemple #1d4e89 ; pour les boutons et les liens. Vide : le bleu de Facteur.
settings-colour-day = { $colour } sur fond clair
settings-colour-night = { $colour } sur fond sombre
settings-colour-mended = { $colour } serait illisible sur fond clair (contraste inférieur à 4,5) : une nuance plus foncée est utilisée.
settings-footer = Quelques mots au pied de chaque envoi
settings-feeds = Flux
settings-no-feed = Aucun flux : les billets viennent de la console ou de l’API seulement.
settings-feed = Adresse d’un blog ou d’un flux
settings-feed-help = Pour une page web, Facteur prend le flux que la page indique.
settings-take = Billets déjà présents à mettre dans le prochain envoi
settings-feed-add = Ajouter le flux
settings-feed-read = Lire les flux maintenant
settings-feed-change = Déplacer ou retirer ce flux
settings-feed-to = Nouvelle adresse
settings-feed-to-help = Pour un blog qui a déménagé : les billets déjà envoyés y sont reconnus, et aucun n’est manqué.
settings-feed-move = Déplacer le flux
settings-feed-waits = { $count ->
    [0] Aucun de ses billets n’attend.
    [one] { $count } de ses billets attend et ne sera pas envoyé si vous le retirez, sauf si un autre flux l’apporte.
   *[other] { $count } de ses billets attendent et ne seront pas envoyés si vous le retirez, sauf si un autre flux les apporte.
 }
settings-feed-remove = Retirer le flux
settings-feed-taken = un autre flux de la lettre a cette adresse
settings-feed-read-at = lu le { $date } à { $time }
settings-delete-title = Supprimer la lettre
settings-delete-effect = Ses pages disparaissent aussitôt et rien n’en est plus envoyé. Pendant trois jours, « facteur newsletter restore » l’annule ; ensuite elle est effacée avec ses abonnés, définitivement.
settings-delete-type = Tapez { $slug } pour la supprimer
settings-delete = Supprimer la lettre
settings-delete-unsure = Rien n’a été supprimé : tapez exactement le nom court de la lettre.
said-settings-saved = Enregistré.
said-feed-added = Le flux est ajouté ; il sera lu à la prochaine lecture, ou maintenant.
said-feed-there = Ce flux était déjà là.
said-feed-moved = Le flux est désormais lu à sa nouvelle adresse.
said-feed-removed = Le flux est retiré.
said-feeds-read = { $count ->
    [0] Les flux sont lus ; rien de nouveau.
    [one] Les flux sont lus ; { $count } billet est nouveau.
   *[other] Les flux sont lus ; { $count } billets sont nouveaux.
 }
said-feeds-unread = Un flux n’a pas pu être lu ; voyez plus bas.
said-newsletter-deleted = La lettre est supprimée. Pendant trois jours, « facteur newsletter restore » l’annule.
settings-archive = Archives
settings-archive-effect = Ce qui a été envoyé peut se lire sur le web, une page par envoi, sans rien qui concerne un lecteur. La fermeture vaut aussitôt pour toutes les pages, le flux et le plan du site.
settings-archive-see = Voir les archives
settings-archive-who = Qui peut les lire
settings-rename-title = Nom court
settings-rename = Nom court dans les adresses
settings-rename-help = 1 à 63 des caractères a-z, 0-9 et « - ». Les anciennes adresses et les anciens formulaires mènent aux nouveaux. Le champ « List-Id » des messages change aussi : les filtres que des lecteurs ont fondés sur lui sont à refaire.
settings-rename-button = Changer le nom court
said-archive-saved = Les archives sont réglées.
said-newsletter-renamed = Le nom court est changé. Les anciennes adresses mènent ici.
archive-public = public : tout le monde lit, avec une liste, un flux et un plan du site
archive-link = lien seul : qui a l’adresse d’une page la lit ; rien ne la signale
archive-off = fermé : personne ne lit ; aucun message n’a de lien « lire dans le navigateur »
archive-title = Sur le web
archive-who = Qui peut voir cette page
archive-show-newsletter = comme la lettre le dit
archive-show-public = tout le monde, si les archives sont publiques
archive-show-link = qui a son adresse
archive-show-off = personne
archive-save = Enregistrer
archive-page-public = publique
archive-page-link = lien seul
archive-page-withdrawn = retirée
archive-page-off = fermée
archive-page-is = État de la page : { $standing }.
archive-page-to-come = La page est faite quand l’envoi part.
archive-withdraw = Retirer la page
archive-withdraw-effect = Son adresse dit alors qu’elle a été retirée ; elle quitte la liste, le flux et le plan du site. Les messages déjà envoyés restent tels quels.
archive-put-back = Remettre la page
archive-put-back-effect = Elle se lit de nouveau à son adresse.
said-archive-page-saved = Enregistré.
said-archive-page-withdrawn = La page est retirée.
said-archive-page-back = La page est remise.
live-lead-test = La lettre est en mode test : les envois vont à la rédaction seulement, marqués comme essais, et les messages aux personnes hors de l’équipe attendent.
live-lead-live = La lettre est en service : ses messages partent vers ses abonnés.
live-checks-title = Avant la mise en service
live-done = fait
live-open = ouvert
live-see = S’en occuper
live-press-title = Mettre en service
live-effect = { $count ->
    [0] Ses messages partiront vers ceux qui s’abonneront.
    [one] Ses messages partiront vers { $count } abonné. Les billets essayés l’attendent.
   *[other] Ses messages partiront vers { $count } abonnés. Les billets essayés les attendent.
 }
live-waiting = { $count ->
    [one] { $count } message en attente part.
   *[other] { $count } messages en attente partent, aussi vite que les limites le permettent.
 }
live-still-open = { $count ->
    [one] { $count } point est encore ouvert.
   *[other] { $count } points sont encore ouverts.
 }
live-button = Mettre en service maintenant
live-back-title = Revenir au mode test
live-back-effect = Les envois vont alors à la rédaction seulement, et les messages aux personnes hors de l’équipe attendent. Seulement tant qu’aucun envoi n’est en route.
live-back-button = Passer en mode test
said-went-live = La lettre est en service.
said-went-to-test = La lettre est en mode test.
## Console: form
console-form = Formulaire d’abonnement
form-check-title = Vérifier ma page
form-check-label = Adresse de la page où se trouve le formulaire
form-check-help = Facteur la lit comme un visiteur, une fois ; l’adresse n’est pas conservée.
form-check-button = Vérifier
form-check-result = Ce qui s’y trouve
form-good = bien
form-bad = à corriger
form-asks-title = Ce que le formulaire demande en plus
form-asks-lead = L’adresse et les formulaires ci-dessous en tiennent compte. Qui s’abonne par eux reçoit ce qui a été choisi, une fois l’abonnement confirmé.
form-asks-rhythm = À quel rythme on souhaite recevoir la lettre
form-asks-topics = Quels thèmes on souhaite
form-asks-button = Composer ce formulaire
form-own-title = La page de la lettre
form-qr = La même en code QR, pour le papier :
form-qr-of = Code QR de { $address }
form-paste = À coller
form-site-html = N’importe quelle page web
form-works-html = Du HTML simple, sans script ni style ; il prend l’apparence de votre page.
form-site-wordpress = WordPress
form-works-wordpress = À coller dans la vue code d’une page, ou le formulaire seul dans un bloc « HTML personnalisé ». Seuls les administrateurs et éditeurs conservent les formulaires en enregistrant une page (pas sur un multisite) : vérifiez ensuite votre page.
form-site-hugo = Hugo
form-works-hugo = Mettez le formulaire dans ce fichier, et la dernière ligne dans n’importe quelle page.
form-site-jekyll = Jekyll
form-works-jekyll = Mettez le formulaire dans ce fichier, et la dernière ligne dans n’importe quelle page.
form-site-link = Un lien
form-works-link = Fonctionne partout, aussi dans un courriel et là où les formulaires sont retirés.
form-found-whole = Le formulaire est là et complet.
form-found-broken = Le formulaire est là, mais il a un défaut.
form-found-none = Aucun formulaire de cette lettre ne se trouve sur la page, autant qu’elle se lit sans script.
form-found-stripped = Un champ d’adresse est là, mais son formulaire a disparu : le site l’a retiré quand la page a été enregistrée.
form-found-link = Un lien vers la page de la lettre est là ; il fonctionne.
form-found-insecure = Il mène à une adresse sans https.
form-posts-good = Il envoie par POST (method="post").
form-posts-bad = Il n’envoie pas par POST : method="post" manque, l’adresse figurerait donc dans la barre d’adresse.
form-field-good = Son champ s’appelle « email ».
form-field-bad = Son champ ne s’appelle pas « email » : name="email" manque.
form-label-good = Son champ a une étiquette.
form-label-bad = Son champ n’a pas d’étiquette : qui écoute la page ne sait pas quoi taper.
form-button-good = Il a un bouton.
form-button-bad = Il n’a pas de bouton.
form-speaks = Il répond en { $language }, comme le dit son champ caché « lang ».
form-speaks-visitor = Il répond dans la langue du navigateur de chaque visiteur, sinon en { $language } : il n’y a pas de champ caché « lang ».
form-speaks-unknown = Son champ caché « lang » dit { $language }, une langue sans textes.

## Console: start
console-start = Commencer une lettre
start-look-title = Votre blog
start-blog = Adresse du blog
start-blog-help = Facteur lit son flux, son titre, sa langue et sa couleur. Rien n’est encore enregistré.
start-look = Le regarder
start-no-address = Ce n’est pas une adresse web : écrivez-la comme https://blog.example.org
start-preview-title = L’envoi qu’elle ferait
start-feed = Depuis le flux { $feed }
start-no-post = Le flux ne contient encore aucun billet.
start-make-title = Votre lettre
start-name = Nom
start-name-help = Ce que voient les lecteurs.
start-from = Expéditeur
start-from-help = Un nom et une adresse : Le carnet <carnet@example.org>
start-postal = Qui la publie, et où
start-postal-help = Nom et adresse postale ; la loi les demande. Vous pouvez les ajouter plus tard.
start-zone = Fuseau horaire
start-zone-help = L’horloge de votre lettre, par exemple Europe/Paris.
start-rhythm = À quelle fréquence
start-archive = Qui pourra lire sur le web ce qu’elle aura envoyé
start-effect = Elle commence en mode test : rien ne part vers des lecteurs avant que vous ne la mettiez en service. Un essai vous est envoyé.
start-create = La commencer
said-started = La lettre est là, en mode test. Un essai de son premier envoi est en route vers vous.

## What comes back (facteur bounce explain)
bounce-kind-bounce = Non remis
bounce-kind-complaint = Plainte
bounce-kind-delay = Retard
bounce-kind-success = Remis
bounce-kind-auto-reply = Réponse automatique
bounce-kind-receipt = Accusé de lecture
bounce-kind-rejected = Refusé par le filtre du destinataire
bounce-kind-challenge = Demande de preuve à l’expéditeur
bounce-kind-leave = Désabonnement par courriel
bounce-kind-dmarc = Rapport DMARC
bounce-kind-feedback = Signalement sans demande de retrait
bounce-kind-human = Message d’une personne
bounce-kind-unknown = Message automatique, non compris
bounce-sign-part = une partie prévue pour les programmes le dit
bounce-sign-field = un champ de l’en-tête le dit
bounce-sign-words = l’expéditeur et le texte le disent
bounce-sign-subject = l’objet le dit
bounce-sign-attachment = la pièce jointe le dit
bounce-sign-notice = la notification du prestataire le dit
bounce-sign-nothing = rien ne le marque autrement
bounce-outcome-dead = l’adresse n’existe plus ; plus aucun message n’y va
bounce-outcome-full = la boîte ne prend rien en ce moment ; compté par jours
bounce-outcome-refused = refusé ; ne dit rien de l’adresse
bounce-outcome-expired = abandonné après plusieurs essais ; ne dit rien de l’adresse
bounce-outcome-unclear = non remis, pour une raison inconnue
bounce-outcome-delayed = pas encore remis ; les essais continuent
bounce-outcome-delivered = remis
bounce-outcome-leaves = ne veut plus rien recevoir
bounce-because-status = le champ Status :
bounce-because-diagnostic = le code dans Diagnostic-Code :
bounce-because-beside = le code dans le texte près de l’adresse :
bounce-because-words = les mots du serveur
bounce-because-action = le champ Action seul
bounce-because-nothing = rien
bounce-phrase = (« { $phrase } »)
bounce-class = { $class } (concerne { $about })
bounce-about-address = l’adresse
bounce-about-mailbox = la boîte
bounce-about-sender = notre adresse d’expédition
bounce-about-us = notre serveur
bounce-about-text = le message
bounce-about-server = leur serveur
bounce-about-policy = une règle du destinataire
bounce-class-sender = expéditeur refusé
bounce-class-no-such-user = destinataire inconnu
bounce-class-no-such-domain = domaine inconnu
bounce-class-bad-address = adresse mal écrite
bounce-class-disabled = compte fermé
bounce-class-moved = destinataire parti
bounce-class-full = boîte pleine
bounce-class-too-large = message trop gros
bounce-class-reputation = serveur mal noté
bounce-class-relay = relais refusé
bounce-class-authentication = authentification
bounce-class-pace = trop de messages à la fois
bounce-class-greylisted = mis en attente
bounce-class-spam = pris pour du spam
bounce-class-content = contenu refusé
bounce-class-expired = délai dépassé
bounce-class-loop = message en boucle
bounce-class-network = serveur injoignable
bounce-class-system = panne de leur serveur
bounce-class-policy = refusé par une règle
bounce-label-from = Expéditeur
bounce-label-subject = Objet
bounce-label-nobody = (aucune adresse)
bounce-label-outcome = Conséquence
bounce-label-original = Écrit à
bounce-label-class = Motif
bounce-label-because = D’après
bounce-label-said = Réponse
bounce-label-envelope = Enveloppe
bounce-label-to = Destinataire
bounce-label-message-id = Message-ID
bounce-label-original-to = Notre message à
bounce-label-leave = Désabonnement

## An owner's own words for letters and pages
settings-to-texts = Textes
texts-title = Messages et pages
texts-lead = Ce que la lettre dit à ses lecteurs, dans chaque langue. Les textes que vous ne changez pas restent les nôtres, et profitent des améliorations.
texts-letters = Messages
texts-pages = Pages
texts-queue = Un message est composé au moment où il part : celui qui attend déjà aura donc les nouveaux mots.
texts-own = { $count ->
    [one] { $count } texte modifié
   *[other] { $count } textes modifiés
 }
texts-changed = modifié
texts-back = Tous les messages et pages
texts-back-settings = Retour aux réglages
texts-languages = Langues
texts-most = { $most } caractères au plus.
texts-hole-must = { $mark } doit y figurer : { $what }.
texts-hole-may = { $mark } peut y figurer : { $what }.
texts-hole-newsletter = le nom de la lettre
texts-hole-days = le nombre de jours de validité du lien
texts-hole-rhythm = le rythme des envois
texts-ours = Le nôtre :
texts-ours-none = Le nôtre ne dit rien ici.
texts-described = Tant que le paragraphe est le nôtre, la description de la lettre figure à sa place.
texts-save = Enregistrer
texts-preview = Aperçu
texts-preview-text = Aperçu en texte seul
texts-preview-title = Ce que verront les lecteurs
texts-preview-help = Avec les textes enregistrés ; « Aperçu » montre votre saisie et n’enregistre rien. Les liens, les mentions légales et ce qui protège les lecteurs restent tels quels.
texts-no-preview = Rien à montrer pour l’instant
texts-to-ours = Revenir à nos textes
texts-to-ours-help = Le texte redevient le nôtre ; le reste de votre saisie sur cette page est enregistré.
texts-to-ours-of = Revenir au nôtre : { $part }
texts-stale = Rien n’a été enregistré : quelqu’un d’autre a modifié ces textes entre-temps. L’aperçu montre les siens ; votre saisie figure ci-dessous. « Enregistrer » met vos textes à leur place.
said-texts-saved = Enregistré. Les messages qui partent désormais, et les pages, disent ces mots.
said-texts-ours = Le texte est de nouveau le nôtre.
texts-place-confirm = Message : confirmez votre abonnement
texts-when-confirm = À la personne qui a rempli le formulaire.
texts-place-already = Message : vous êtes déjà abonné
texts-when-already = À une personne abonnée dont l’adresse a été saisie une fois de plus.
texts-place-change = Message : confirmez votre nouvelle adresse
texts-when-change = À la nouvelle adresse d’une personne abonnée qui veut en changer.
texts-place-link = Message : votre lien de réglages
texts-when-link = À la personne qui demande à changer ses réglages ; son lien fonctionne un jour.
texts-place-moving = Message : une autre adresse a été demandée
texts-when-moving = À l’adresse actuelle d’une personne abonnée qui veut en changer.
texts-place-welcome = Message : bienvenue
texts-when-welcome = À toute personne qui confirme pour la première fois, si la lettre souhaite la bienvenue.
texts-place-stay = Message : souhaitez-vous rester ?
texts-when-stay = À une personne abonnée qui ne s’est pas manifestée depuis longtemps.
texts-place-form = Page du formulaire
texts-when-form = Ce que les visiteurs voient d’abord.
texts-place-thanks = Page : regardez votre boîte
texts-when-thanks = Après le formulaire ; la même pour tout le monde, pour que personne n’apprenne qui est abonné.
texts-place-last-step = Page : dernière étape
texts-when-last-step = Derrière le lien du message de confirmation.
texts-place-confirmed = Page : c’est confirmé
texts-when-confirmed = Après le bouton de la dernière étape.
texts-place-confirmed-before = Page : déjà confirmé
texts-when-confirmed-before = Quand le même lien est ouvert une fois de plus.
texts-place-expired = Page : le lien a expiré
texts-when-expired = Quand le même lien est ouvert trop tard.
texts-place-ended = Page : l’abonnement a pris fin
texts-when-ended = Quand une personne désabonnée ouvre le même lien.
texts-place-leave = Page : se désabonner
texts-when-leave = Derrière le lien au pied de chaque envoi.
texts-place-left = Page : désabonné
texts-when-left = Après son bouton.
texts-place-returned = Page : vous revoilà
texts-when-returned = Quand la personne se ravise.
texts-place-new-address = Page : l’adresse est modifiée
texts-when-new-address = Après la confirmation de la nouvelle adresse.
texts-place-will-stay = Page : souhaitez-vous rester ?
texts-when-will-stay = Derrière le lien du message qui pose la question.
texts-place-stayed = Page : restée
texts-when-stayed = Après son bouton.
texts-part-subject = Objet et titre
texts-part-first-line = Première ligne, que les listes de messages montrent après l’objet
texts-part-opening = Entrée en matière
texts-part-explanation = De quoi il s’agit
texts-part-heading = Titre
texts-part-paragraph = Paragraphe
texts-part-advice = Conseil plus bas
texts-part-button = Mot du bouton
texts-part-closing = Formule finale

## What cannot stand in such a text (part of a line, no full stop)
wrong-text-empty = est vide ; écrivez quelque chose, ou revenez à notre texte
wrong-text-lines = doit tenir sur une ligne
wrong-text-control = contient un caractère que personne ne voit (de commande, ou qui inverse le sens de l’écriture) ; saisissez-le de nouveau
wrong-text-long = plus de { $most } caractères
wrong-text-hole = { $typed } ne correspond à rien ; il y a : { $known }
wrong-text-no-holes = { $typed } ne peut pas figurer ici : rien n’est inséré dans ce texte
wrong-text-brace = contient une accolade qui n’est ni le début ni la fin d’un repère tel que {"{"}newsletter{"}"}
wrong-text-missing = il manque { $mark } : les lecteurs doivent le voir là
wrong-text-address = contient une adresse web ; les messages et les pages ont les liens qu’il leur faut, retirez-la

## The logo
logo-title = Logo
logo-file = Image
logo-file-help = PNG, JPEG, WebP ou GIF de 5 Mo au plus ; elle figure en tête de chaque envoi et message, sur 240 pixels par 96 au plus. Une image transparente reçoit un fond, pour rester visible sur un écran sombre.
logo-alt = Ce qu’elle dit à qui ne la voit pas
logo-alt-help = Vide : { $name }
logo-save = Enregistrer le logo
logo-remove = Retirer le logo
said-logo-saved = Le logo figure désormais en tête des envois et des messages.
said-logo-still = Le logo est enregistré ; de l’image animée, il ne reste que la première.
said-logo-removed = Le logo est retiré. Les messages déjà envoyés le montrent encore.

## Diagnostic
doctor-title = Diagnostic
doctor-of = Messages envoyés depuis { $domain }
doctor-lead = Ce dont les messages ont besoin, outre Facteur, pour arriver : des enregistrements DNS, un serveur de messagerie, une adresse publique. Facteur regarde une fois par jour et vous prévient quand quelque chose se dégrade.
doctor-looked-at = Dernier examen : { $when }.
doctor-in-short = { $faults ->
    [0] Aucun défaut
    [one] { $faults } défaut
   *[other] { $faults } défauts
 }, { $warnings ->
    [0] aucun avertissement
    [one] { $warnings } avertissement
   *[other] { $warnings } avertissements
 }, { $unknown ->
    [one] { $unknown } point invérifiable
   *[other] { $unknown } points invérifiables
 }, { $ok } en ordre.
doctor-not-yet = Aucun examen n’a encore eu lieu.
doctor-again = Regarder de nouveau
doctor-again-help = Cela prend quelques secondes. Les enregistrements que vous venez de modifier sont vus aussitôt : les serveurs de votre domaine sont interrogés directement.
doctor-first-title = Le premier envoi attend
doctor-first-lead = Ce serait le premier envoi à autant de personnes. Il part de lui-même dès qu’il ne reste plus de défaut. Les grands fournisseurs de messagerie jugent un nouvel expéditeur à son premier envoi, et s’en souviennent.
doctor-waive = L’envoyer malgré tout
doctor-is-waived = La rédaction a décidé que le premier envoi part quoi qu’on trouve ici.
doctor-lines = Ce qui a été trouvé
doctor-found = Trouvé :
doctor-by = (selon { $server })
doctor-wanted = À mettre :
doctor-wanted-name = Nom de l’enregistrement { $type } à mettre
doctor-wanted-value = Sa valeur
doctor-copy = Copier
doctor-copied = Copié
doctor-zone = Tous les enregistrements en un fichier de zone
doctor-zone-label = Pour la personne qui s’occupe du DNS de votre domaine
doctor-line = { $check } : { $words }
doctor-line-about = { $check } ({ $about }) : { $words }
doctor-has-faults = le diagnostic a trouvé des défauts ; corrigez-les, puis regardez de nouveau
doctor-has-warnings = le diagnostic n’a trouvé aucun défaut, mais un point à améliorer
doctor-verdict-ok = En ordre
doctor-verdict-unknown = Invérifiable
doctor-verdict-warning = Avertissement
doctor-verdict-fault = Défaut
doctor-check-spf = SPF
doctor-check-dkim = DKIM
doctor-check-dmarc = DMARC
doctor-check-alignment = Concordance avec l’expéditeur
doctor-check-mx = Courrier en retour
doctor-check-reverse = Nom de l’adresse d’envoi
doctor-check-relay = Serveur de messagerie
doctor-check-extensions = Ce que propose le serveur de messagerie
doctor-check-https = Adresse publique
doctor-check-one-click = Désabonnement en un clic
doctor-check-clock = Horloge
doctor-check-feed = Flux
doctor-check-disk = Disque
doctor-check-backup = Sauvegarde
doctor-check-dns = Serveurs de noms
## Les rapports DMARC
dmarc-title = Qui envoie au nom de { $domain }
dmarc-lead = Ce que d’autres serveurs de messagerie ont rapporté (DMARC) : d’où leur sont venus des messages de ce domaine, et combien sont en règle. Si un serveur à vous ne l’est pas, il lui manque SPF et DKIM. Ce qui n’est ni en règle ni à vous est contrefait, ou a été transféré en chemin.
dmarc-week = Semaine du { $day } : { $passed } sur { $count ->
    [one] { $count } message
   *[other] { $count } messages
 } en règle, { $quarantined } dans les indésirables, { $rejected ->
    [one] { $rejected } refusé
   *[other] { $rejected } refusés
 } ; { $reporters ->
    [one] { $reporters } rapporteur
   *[other] { $reporters } rapporteurs
 }
dmarc-column-source = Envoyés depuis
dmarc-column-passed = En règle
dmarc-column-proofs = Par quelle preuve
dmarc-others = tous les autres
dmarc-passed = { $passed } sur { $count } en règle
dmarc-proofs = DKIM { $dkim }, SPF { $spf }
dmarc-refused-foreign = { $count ->
    [one] Un rapport portait sur un domaine dont aucune lettre d’ici n’envoie : il n’a pas été retenu.
   *[other] { $count } rapports portaient sur des domaines dont aucune lettre d’ici n’envoie : ils n’ont pas été retenus.
 }
dmarc-refused-broken = { $count ->
    [one] Un rapport était illisible : il n’a pas été retenu.
   *[other] { $count } rapports étaient illisibles : ils n’ont pas été retenus.
 }
dmarc-refused-too-large = { $count ->
    [one] Un rapport était trop volumineux : il n’a pas été retenu.
   *[other] { $count } rapports étaient trop volumineux : ils n’ont pas été retenus.
 }
dmarc-refused-too-many = { $count ->
    [one] Un rapport était de trop pour un domaine et une semaine : il n’a pas été retenu.
   *[other] { $count } rapports étaient de trop pour un domaine et une semaine : ils n’ont pas été retenus.
 }
said-doctor-looked = Examen fait à l’instant.
said-doctor-looks = L’examen est encore en cours. Rouvrez cette page dans une minute.
said-doctor-waived = Le premier envoi part quoi qu’on trouve ici.
finding-dns-off = aucun serveur de noms n’est interrogé ([dns] servers est vide) : SPF, DKIM, DMARC et les autres n’ont pas été examinés
finding-dns-blocked = les serveurs du domaine sont injoignables d’ici, un résolveur a donc été interrogé : ses réponses peuvent dater de quelques heures
finding-not-answered = pas de réponse au sujet de { $name } : { $words }
finding-took-too-long = cela a pris trop de temps et a été abandonné ; regardez de nouveau
finding-spf-good = l’enregistrement autorise votre serveur de messagerie ; les destinataires font { $count } des 10 requêtes qu’ils s’accordent
finding-spf-missing = il n’y a pas d’enregistrement : rien ne dit que votre serveur de messagerie a le droit d’envoyer
finding-spf-several = il y a { $count } enregistrements, et les destinataires n’en retiennent alors aucun ; réunissez-les en un seul
finding-spf-broken = « { $term } », dans l’enregistrement de { $domain }, n’est pas un terme de SPF ; les destinataires ignorent alors le tout
finding-spf-nowhere = l’enregistrement renvoie à { $domain }, qui n’en a pas ; les destinataires ignorent alors le tout
finding-spf-lookups = les destinataires devraient faire { $count } requêtes, et abandonnent après 10 ; retirez ce qui n’envoie plus pour vous
finding-spf-void = { $count } noms de l’enregistrement ne mènent nulle part, et les destinataires abandonnent après 2 ; retirez-les
finding-spf-everybody = l’enregistrement autorise tout le monde à envoyer en votre nom (+all) ; terminez-le par ~all ou -all
finding-spf-open = l’enregistrement ne dit rien de ceux qui n’ont pas le droit d’envoyer ; terminez-le par ~all ou -all
finding-spf-ptr = l’enregistrement emploie « ptr », lent et souvent ignoré ; nommez plutôt des adresses
finding-spf-uncovered = l’enregistrement n’autorise pas { $host } ({ $address }) à envoyer
finding-spf-unknown = l’adresse publique de { $host } n’est pas connue ici : impossible de dire si l’enregistrement l’autorise
finding-spf-macro = une macro de l’enregistrement décide, que seul un destinataire peut remplir
finding-dkim-none = Facteur n’a pas de clé pour ce domaine et ne signe rien ; si votre serveur de messagerie signe, envoyez-vous un essai et regardez ses en-têtes
finding-dkim-good = l’enregistrement contient exactement la clé qui signe
finding-dkim-missing = il n’y a pas d’enregistrement pour cette clé : ses signatures ne valent rien
finding-dkim-several = il y a { $count } enregistrements, et les destinataires peuvent prendre le mauvais ; ne laissez que le bon
finding-dkim-broken = l’enregistrement est illisible : { $term }
finding-dkim-revoked = l’enregistrement dit que cette clé a été révoquée (p= est vide)
finding-dkim-other = l’enregistrement contient une autre clé que celle qui signe
finding-dkim-kind = l’enregistrement est pour une clé de type « { $kind } »
finding-dkim-unfit = l’enregistrement interdit SHA-256 (h=) ou le courrier (s=) pour cette clé
finding-dkim-trial = l’enregistrement dit que le domaine ne fait qu’essayer DKIM (t=y) ; les destinataires peuvent ignorer la signature
finding-dkim-wildcard = tout nom en dessous a un enregistrement (joker) : une clé absente ne paraît pas absente ; retirez le joker
finding-dmarc-good = { $domain } demande « { $policy } » aux destinataires
finding-dmarc-missing = il n’y a pas d’enregistrement ; Gmail, Yahoo et Microsoft en exigent un de qui envoie à beaucoup de monde
finding-dmarc-several = il y a { $count } enregistrements, et les destinataires n’en retiennent alors aucun ; n’en laissez qu’un
finding-dmarc-broken = les destinataires ignorent l’enregistrement à cause de « { $term } »
finding-dmarc-old = l’enregistrement a des champs que les destinataires ne lisent plus ({ $tags }) ; retirez-les
finding-dmarc-unheard = les rapports des destinataires ne parviennent pas à Facteur ; avec { $address } dans rua=, vous voyez chaque semaine qui envoie au nom de ce domaine
finding-dmarc-reports-unwanted = les rapports vont à { $address }, dont le domaine doit dire qu’il les accepte ; sans cet enregistrement, personne n’en envoie
finding-aligned-both = SPF et DKIM parlent tous deux pour l’expéditeur que voient les lecteurs
finding-aligned-dkim = DKIM parle pour l’expéditeur que voient les lecteurs ; SPF, pour un autre domaine
finding-aligned-dkim-alone = DKIM parle pour l’expéditeur que voient les lecteurs ; SPF le ferait aussi, mais sa réussite n’est pas sûre (voyez SPF)
finding-aligned-spf = SPF parle pour l’expéditeur que voient les lecteurs, mais aucune signature de Facteur : un message transféré perd cette preuve
finding-aligned-spf-alone = SPF parle pour l’expéditeur que voient les lecteurs ; DKIM le ferait aussi, mais sa réussite n’est pas sûre (voyez DKIM) : un message transféré perd la preuve de SPF
finding-aligned-fails = ce qui parlerait pour l’expéditeur que voient les lecteurs échoue ({ $by }, voyez plus haut) : DMARC échoue donc, à moins que votre serveur de messagerie ne signe pour ce domaine
finding-aligned-open = impossible de savoir si ce qui parle pour l’expéditeur que voient les lecteurs réussit ({ $by }, voyez plus haut)
finding-aligned-none = ni SPF ({ $envelope }) ni une clé de Facteur ne parlent pour l’expéditeur que voient les lecteurs : DMARC échoue
finding-mx-good = il reçoit le courrier
finding-mx-no-bounces = aucun domaine n’est prévu pour les retours : les avis d’adresses mortes arrivent dans la boîte de l’expéditeur, sans qu’on sache toujours qui ils concernent
finding-mx-missing = il ne reçoit pas de courrier : ni enregistrement MX, ni adresse
finding-mx-null = il déclare ne recevoir aucun courrier (MX nul), et bien des serveurs refusent alors ses messages
finding-mx-nowhere = son serveur de messagerie { $host } n’a pas d’adresse
finding-reverse-good = elle se nomme { $name }, qui ramène bien à elle
finding-reverse-missing = elle n’a pas de nom (enregistrement PTR), et les grands fournisseurs refusent alors le courrier ; l’hébergeur de la machine peut le régler
finding-reverse-other = elle se nomme { $name }, mais ce nom a une autre adresse
finding-reverse-unknown = son adresse publique n’est pas connue ici
finding-relay-good = il répond, chiffré en { $tls }
finding-relay-near = il répond, sur cette machine
finding-relay-clear = il répond, mais les messages y voyagent en clair
finding-relay-failed = aucun message ne peut lui être remis : { $words }
finding-relay-no-auth = un nom d’utilisateur est prévu, mais il ne propose aucune façon de s’identifier que Facteur connaisse
finding-relay-offers = { $count ->
    [one] une extension
   *[other] { $count } extensions
 }
finding-https-good = elle répond, et son certificat est valable
finding-https-clear = elle est en http : le désabonnement en un clic exige https, et les navigateurs avertissent
finding-https-failed = elle ne répond pas : { $words }
finding-https-unknown = elle ne peut pas être interrogée d’ici : { $words }
finding-one-click-good = la demande d’une messagerie est prise aussitôt, sans redirection
finding-one-click-redirect = quelque chose devant Facteur répond { $status } et redirige vers « { $to } » ; les messageries ne désabonnent alors personne
finding-one-click-status = quelque chose devant Facteur répond { $status } au lieu de 200 (pare-feu, barrière contre les robots) ; les messageries ne désabonnent alors personne
finding-clock-good = juste à quelques secondes près
finding-clock-off = elle se trompe de { $seconds ->
    [one] une seconde
   *[other] { $seconds } secondes
 } ; les messages sont mal datés et passent pour indésirables. Faites régler la machine par NTP
finding-clock-unknown = aucun serveur n’a donné son heure pour comparer
finding-feed-good = { $count ->
    [one] le flux se lit
   *[other] les { $count } flux se lisent
 }
finding-feed-none = il n’y a pas de flux : les billets doivent être écrits ou donnés à la main
finding-feed-failing = un flux ne se lit pas ; les réglages disent pourquoi
finding-disk-good = { $free } Mio sont libres
finding-disk-low = il ne reste que { $free } Mio ; l’envoi s’arrête avant que le disque ne soit plein
finding-disk-unknown = le disque de la base de données ne se voit pas d’ici
finding-backup-unknown = Facteur ne connaît pas de sauvegarde ; la personne qui s’occupe de la machine le sait
finding-loop-spf-good = pour le destinataire, le serveur d’envoi peut envoyer pour le domaine de l’enveloppe
finding-loop-spf-bad = le destinataire dit « { $result } » : l’enregistrement SPF du domaine de l’enveloppe n’autorise pas le serveur d’où le message est venu (une boîte qui transfère change ce serveur)
finding-loop-dkim-good = la signature tient
finding-loop-dkim-bad = le destinataire dit « { $result } » de cette signature : comparez son enregistrement par `facteur doctor`, et voyez si un serveur en chemin modifie les messages ; certains destinataires ne connaissent pas Ed25519
finding-loop-dkim-none = le message n’a pas de signature : créez une clé par `facteur dkim new`, ou laissez signer votre serveur de messagerie
finding-loop-dmarc-good = DMARC est en règle : SPF ou DKIM parle pour l’expéditeur que voient les lecteurs
finding-loop-dmarc-bad = le destinataire dit « { $result } » : ni SPF ni DKIM ne parlent pour l’expéditeur que voient les lecteurs ; corrigez les lignes du dessus
finding-loop-dmarc-none = le destinataire ne trouve pas d’enregistrement DMARC du domaine de l’expéditeur ; `facteur doctor` montre celui à mettre
finding-loop-not-judged = le destinataire n’en dit rien
finding-loop-later = le destinataire n’a pas pu le dire à ce moment (« { $result } ») : un serveur de noms muet, le plus souvent ; recommencez
finding-loop-no-results = le message est arrivé, et son serveur n’a pas écrit d’Authentication-Results digne de foi ; essayez une boîte d’un grand fournisseur, ou nommez le serveur (--server)

## Console: what came back
returned-title = Ce qui est revenu
returned-lead = Les serveurs de messagerie signalent les adresses qui n’existent pas, et des personnes répondent. Facteur s’occupe seul de ce qu’il comprend ; voici ce qui a besoin de vous. Rien n’est supprimé.
returned-empty = Rien ne vous attend.
returned-open = À traiter
returned-back = Retour à ce qui est revenu
returned-burst-title = Beaucoup d’adresses à la fois
returned-burst = { $count ->
    [one] Une adresse a été signalée comme morte avec d’autres, plus qu’il n’est vraisemblable. Elle attend votre décision.
   *[other] { $count } adresses ont été signalées comme mortes ensemble, plus qu’il n’est vraisemblable. Elles attendent votre décision.
}
returned-alive = C’était une erreur : les garder
returned-alive-effect = Elles continuent de recevoir vos envois.
returned-dead = Elles sont mortes : ne plus rien leur envoyer
returned-dead-effect = Elles quittent la liste comme « adresse inexistante » ; chacune revient en se réinscrivant.
returned-kind-hard = L’adresse n’existe pas
returned-kind-soft = Boîte pleine ou fermée pour un temps
returned-kind-complaint = Signalé comme indésirable
returned-kind-leave = Veut se désabonner
returned-kind-answer = Quelqu’un a écrit
returned-kind-passing = Rien à faire
returned-kind-unclear = Pas compris
returned-one = Ce qui est revenu
returned-file-title = De quoi s’agit-il ?
returned-file-email = Adresse e-mail de la personne abonnée
returned-file-kind = Ce qui s’est passé
returned-file = Classer
returned-aside = Mettre de côté
returned-nobody = Personne sur cette liste n’a cette adresse. Regardez le message ci-dessous : il en nomme souvent une autre.
returned-mail = Le message
returned-take = Le télécharger
returned-cut = Seul le début est affiché.
returned-no-mail = Le message lui-même n’a pas été conservé.
said-returned-dead = { $count ->
    [one] Une adresse ne reçoit plus rien.
   *[other] { $count } adresses ne reçoivent plus rien.
}
said-returned-alive = { $count ->
    [one] Une adresse est gardée.
   *[other] { $count } adresses sont gardées.
}
said-returned-aside = Mis de côté.
said-returned-filed = Classé.
said-returned-gone = Quelqu’un d’autre s’en est occupé entre-temps ; rien n’a changé.
suppression-none = Rien ne tient cette adresse à l’écart.
suppression-kept = Cette adresse est tenue à l’écart :
suppression-lifted = Levé auparavant :
suppression-because = --because : dites pourquoi en 1 à 500 caractères sur une ligne ; c’est conservé pour toujours
suppression-removed = L’adresse n’est plus tenue à l’écart. Cela n’a abonné personne : la personne peut se réinscrire.
bounce-file-kinds = une ligne se classe comme hard, soft, complaint ou leave
bounce-file-nobody = personne dans cette lettre n’a cette adresse ; `facteur subscriber list NEWSLETTER` les montre toutes
bounce-not-open = cette ligne n’attend pas, ou plus ; `facteur bounce list` montre celles qui attendent
bounce-no-row = cette ligne n’existe pas ; `facteur bounce list` les montre
bounce-empty = rien n’est arrivé sur l’entrée standard : un serveur de messagerie y remet un message, ou bien `facteur bounce < FICHIER`

## Montée en charge : un expéditeur que les grandes messageries ne connaissent pas
warmup-title = Montée en charge
warmup-see = Comment il monte en charge
warmup-why = Les grandes messageries se méfient d’un expéditeur qui commence par beaucoup de messages. Les premiers envois d’un nouvel expéditeur partent donc par tranches quotidiennes qui grandissent, les lecteurs les plus récents d’abord ; tous reçoivent chaque envoi, certains plus tard. Tant que des retours ou des plaintes alertent, une tranche reste aussi grande que la précédente. Une lettre dont les lecteurs tiennent dans la première tranche n’attend rien.
warmup-plan-new = { $count ->
    [one] { $domain } est nouveau pour les grandes messageries ; tout tient dans la tranche d’un jour ({ $figures }) : { $ends }.
   *[other] { $domain } est nouveau pour les grandes messageries : l’envoi part en { $count } tranches quotidiennes, les lecteurs les plus récents d’abord ({ $figures }). La dernière part { $ends }.
 }
warmup-plan-import = { $count ->
    [one] Tant de personnes ont été importées que { $domain } monte en charge ; tout tient dans la tranche d’un jour ({ $figures }) : { $ends }.
   *[other] Tant de personnes ont été importées que { $domain } monte en charge : l’envoi part en { $count } tranches quotidiennes, les lecteurs les plus récents d’abord ({ $figures }). La dernière part { $ends }.
 }
warmup-runs = Montée en charge de { $domain }, jour { $day } sur { $days } : { $today } sur { $readers } partent aujourd’hui, { $given } en tout ; le reste suit d’ici au { $ends }.
warmup-held = La tranche d’aujourd’hui n’est pas plus grande que la précédente, parce que trop de messages sont revenus ou que des lecteurs se sont plaints.
warmup-doctor = { $count ->
    [one] C’est le premier envoi à plus d’une personne : il attend que le diagnostic ne trouve rien à corriger, ou que la rédaction le laisse partir.
   *[other] C’est le premier envoi à plus de { $count } personnes : il attend que le diagnostic ne trouve rien à corriger, ou que la rédaction le laisse partir.
 }
warmup-off = { $domain } ne monte pas en charge : [warmup] first_day vaut 0.
warmup-unknown = Rien n’est encore parti de { $domain }. Son premier jour peut faire partir { $first } messages.
warmup-none = { $domain } ne monte pas en charge : un envoi à { $most } personnes en est déjà parti.
warmup-goes-on = { $domain } monte en charge. Son jour en cours peut faire partir { $allowance } messages.
warmup-digests = Les envois qui partent par tranches
warmup-next = Ce que les rythmes enverraient ensuite
warmup-end-title = Mettre fin à la montée en charge
warmup-end-effect = Tout ce qui attend son jour part maintenant, et les prochains envois partent d’un coup, ceux de toutes les lettres dont l’expéditeur a ce domaine. Faites-le si le domaine est déjà connu, par exemple parce qu’un autre logiciel envoyait en son nom.
warmup-end = Mettre fin à la montée en charge
said-warmup-ended = La montée en charge est finie : les envois partent d’un coup.
said-digest-at-once = Tout part maintenant.
said-digest-at-once-waiting = Quand il partira, il partira d’un coup pour tous.
digest-act-at-once-waiting = { $count ->
    [one] Le faire partir d’un coup pour { $count } personne, et non jour après jour
   *[other] Le faire partir d’un coup pour les { $count } personnes, et non jour après jour
 }
digest-act-at-once-waiting-effect = Rien ne part encore. Les grandes messageries peuvent prendre pour indésirables les nombreux messages d’un nouvel expéditeur.
digest-act-at-once = { $count ->
    [one] Envoyer maintenant à { $count } personne, sans attendre son jour
   *[other] Envoyer maintenant à { $count } personnes, sans attendre leur jour
 }
digest-act-at-once-effect = Les grandes messageries peuvent prendre pour indésirables les nombreux messages d’un nouvel expéditeur. La montée en charge continue avec le prochain envoi.
today-slices = « { $subject } » : { $words }
settings-to-warmup = Montée en charge
label-warmup = montée
rule-digest-at-once = seul un envoi en attente ou en cours peut partir d’un coup
cli-warmup-sending = tout envoyer
cli-warmup-ending = mettre fin à la montée en charge
cli-warmup-ask = { $count ->
    [one] Envoyer maintenant à { $count } personne, malgré la montée en charge ?
   *[other] Envoyer maintenant à { $count } personnes, malgré la montée en charge ?
 }
cli-warmup-ask-end = Mettre fin à la montée en charge de { $domain } ? Ce qui attend part maintenant.
cli-warmup-not = la montée en charge continue
cli-warmup-sent = L’envoi { $id } part d’un coup.
cli-warmup-ended = La montée en charge de { $domain } est finie : les envois partent d’un coup.
cli-warmup-none = { $domain } ne monte pas en charge ; rien n’a été changé.
cli-warmup-no-domain = aucune lettre n’est envoyée depuis { $domain }

# Ce qui a été fait, jetons, instance, textes antérieurs, brouillons transmis.
activity-title = Activité
activity-lead = Ce que les personnes et les programmes ont fait ici. Chaque ligne est enchaînée à la précédente et ne contient aucune adresse de lecteur.
activity-which = Quelles lignes
activity-newsletter = Lettre
activity-what = Ce qui a été fait
activity-who = Par qui
activity-all = tout
activity-show = Afficher
activity-rows = Ce qui a été fait, du plus récent au plus ancien
activity-none = Rien n’a été noté.
activity-older = Lignes plus anciennes
activity-take = L’emporter, la vérifier
activity-take-lead = Un fichier des lignes affichées ci-dessus, y compris les plus anciennes, avec des numéros et sans noms. Le fait de l’emporter est noté.
activity-csv = En CSV
activity-json = En JSON
activity-verify = Vérifier qu’elle est entière
activity-verify-lead = Une ligne modifiée ou retirée et une fin coupée sont trouvées. Qui a toute la base en main pourrait refaire la chaîne : notez de temps en temps sa fin ailleurs, et `facteur activity verify --noted` le dira.
activity-not-whole = Le registre d’activité n’est pas entier.
activity-end = Fin de la chaîne, à noter ailleurs :
activity-newsletter-gone = une lettre supprimée
activity-token = jeton { $name }
activity-actor-person = une personne qui n’a plus de compte
activity-actor-token = un jeton révoqué
activity-actor-command = ligne de commande
activity-actor-visitor = un lecteur
activity-actor-system = Facteur
activity-session-begun = s’est connecté
activity-session-ended = a fermé des sessions
activity-person-invited = a invité quelqu’un
activity-person-joined = a choisi un mot de passe par un lien
activity-person-renamed = a changé un nom ou une langue
activity-person-password = a changé un mot de passe
activity-person-second-factor-on = a activé le second facteur
activity-person-second-factor-off = a désactivé le second facteur
activity-person-linked = a relié un compte d’un fournisseur de connexion
activity-person-unlinked = a retiré le lien avec un fournisseur de connexion
activity-person-recovery-codes = a créé de nouveaux codes de secours
activity-passkey-added = a ajouté une clé d’accès
activity-passkey-renamed = a renommé une clé d’accès
activity-passkey-removed = a retiré une clé d’accès
activity-passkey-doubted = a fermé une clé d’accès peut-être copiée
activity-person-disabled = a fermé l’accès à quelqu’un
activity-person-enabled = a rouvert l’accès à quelqu’un
activity-person-roles = a changé un rôle dans toute l’instance
activity-token-created = a créé un jeton
activity-token-revoked = a révoqué un jeton
activity-newsletter-created = a créé une lettre
activity-newsletter-changed = a changé des réglages
activity-newsletter-logo = a changé le logo
activity-newsletter-texts = a changé des textes de messages ou de pages
activity-newsletter-archive = a changé qui peut voir les archives
activity-newsletter-slug = a donné un autre nom court à la lettre
activity-newsletter-letters = a changé des messages aux lecteurs
activity-topic-added = a ajouté un thème
activity-topic-changed = a changé un thème
activity-topic-removed = a retiré un thème
activity-digest-page = a changé qui peut voir la page d’un envoi
activity-newsletter-notice = a réglé les avis de nouveaux abonnés
activity-newsletter-live = a mis la lettre en service
activity-newsletter-test = a remis la lettre en mode test
activity-newsletter-deleted = a supprimé la lettre
activity-newsletter-restored = a rétabli la lettre
activity-schedule-added = a ajouté un rythme
activity-schedule-changed = a changé un rythme
activity-schedule-removed = a retiré un rythme
activity-feed-added = a ajouté un flux
activity-feed-moved = a changé l’adresse d’un flux
activity-feed-removed = a retiré un flux
activity-subscribers-exported = a exporté les abonnés
activity-subscriber-exported = a exporté un abonné
activity-subscriber-erased = a effacé un abonné
activity-subscriber-added = a ajouté un abonné à la main
activity-subscriber-imported = a importé des abonnés
activity-subscriber-left = a désabonné quelqu’un
activity-subscriber-moved = a mis des abonnés sur un autre rythme
activity-subscriber-resent = a fait renvoyer des confirmations
activity-activity-exported = a exporté ce registre
activity-draft-deleted = a jeté un brouillon
activity-draft-restored = a rétabli un brouillon
activity-draft-shared = a partagé un brouillon par un lien
activity-draft-share-ended = a fermé le lien d’un brouillon
activity-digest-tested = a envoyé des essais d’un envoi
activity-letters-settled = a décidé de messages au sort incertain
activity-returned-decided = a décidé de messages revenus
activity-dkim-key = a changé une clé DKIM
activity-digest-approved = a laissé partir un envoi
activity-digest-released = a lancé un envoi
activity-digest-waiting = a mis un envoi en attente
activity-digest-leaving = a laissé un envoi partir de lui-même
activity-digest-edited = a modifié un envoi
activity-digest-sending = a fait partir des messages d’un envoi
activity-digest-paused = a mis un envoi en pause
activity-digest-resumed = a repris un envoi
activity-digest-reopened = a fait réessayer un envoi
activity-digest-finished = a terminé un envoi
activity-digest-skipped = a sauté un envoi
activity-digest-cancelled = a annulé un envoi
activity-post-included = a inclus un billet
activity-post-skipped = a écarté un billet
activity-post-published = a publié un billet
activity-post-taken-back = a repris un billet
activity-sending-held = a retenu tous les envois
activity-sending-resumed = a repris les envois
activity-team-given = a donné un rôle dans une lettre
activity-team-taken = a retiré un rôle
activity-doctor-waived = a laissé partir un premier envoi malgré le diagnostic
activity-warmup-ended = a mis fin à une montée en charge
activity-warmup-waived = a fait partir un envoi d’un coup
activity-fault-changed = la ligne { $row } ne correspond pas à ce qui précède : elle, ou la ligne d’avant, a été modifiée
activity-fault-missing = les lignes { $first } à { $last } manquent
activity-fault-cut-off = la ligne la plus récente est { $newest }, alors que la chaîne finissait par { $noted } : des lignes manquent à la fin
activity-fault-other-end = la ligne { $row } n’est pas celle par laquelle la chaîne finissait
activity-fault-no-end = la fin de la chaîne n’est plus notée
activity-fault-not-as-noted = la ligne { $row } n’est pas celle que vous aviez notée, ou n’est pas là : la chaîne a été refaite, ou c’est une copie plus ancienne
cli-activity-noted = --noted : « { $typed } » n’est pas une fin de chaîne ; `facteur activity verify` en affiche une, telle que 12:AbC…
cli-activity-end = Fin de la chaîne, à noter ailleurs : { $end }
tokens-title = Jetons d’API
tokens-lead = Ce qui laisse entrer les programmes, par exemple un blog qui annonce ses billets. Un jeton n’est montré qu’une fois ; seule son empreinte est gardée.
tokens-there = Jetons
tokens-none = Il n’y a pas encore de jeton.
tokens-over = expiré
tokens-all-verbs = tout
tokens-ends = Expire : { $when }.
tokens-used = Dernier usage : { $when }.
tokens-whose = Appartient à { $person }.
tokens-revoke = Révoquer { $name }
tokens-make = Créer un jeton
tokens-name = Nom
tokens-name-help = Par exemple le programme qui s’en servira.
tokens-may = Ce qu’il peut faire
tokens-verb-read = regarder : lettres, envois, nombres
tokens-verb-write = ajouter des billets
tokens-verb-readers = voir et modifier les abonnés (données personnelles)
tokens-verb-send = lancer, arrêter et conduire les envois
tokens-verb-manage = tout le reste : réglages, activité
tokens-for = Valable
tokens-yours = Il vous appartient : il prend fin avec un nouveau mot de passe, un autre rôle ou la fermeture de votre accès.
tokens-no-verb = Cochez au moins une chose qu’il peut faire.
tokens-no-end = Choisissez pour combien de temps, et où.
tokens-taken = Il y a déjà un jeton de ce nom.
tokens-made = Le jeton
tokens-made-lead = { $name } peut servir tout de suite.
tokens-token = Jeton
tokens-made-help = Gardez-le en lieu sûr : il n’est montré que maintenant. Les programmes l’envoient dans « Authorization: Bearer … ».
tokens-back = Vers les jetons
said-token-revoked = Le jeton n’est plus valable.
system-title = Système
system-state = État
system-version = Version
system-database-label = Base de données
system-database = { $kind }, { $size }, schéma { $schema }
system-queue = En attente de départ
system-oldest = Le plus ancien date de : { $when }.
system-servers = Serveurs de messagerie
system-alarm = Aucun message ne part :
system-no-alarm = Rien n’empêche les messages de partir.
system-settings = Réglages
system-settings-lead = Chaque clé de la configuration telle qu’elle vaut ici, avec le fichier et la ligne où elle a été fixée. Les mots de passe sont masqués.
system-own = réglé
text-revisions-back = Vers les textes
text-revisions-help = Chacun de vos textes enregistrés, le plus récent d’abord.
text-revisions-none = Il n’y a toujours eu ici que nos mots.
text-revisions-ours = retour à nos mots
text-revisions-current = Texte actuel
text-revisions-take-help = Il sert à partir de maintenant. Le texte actuel reste parmi les textes antérieurs.
cli-text-no-revision = il n’y a pas de texte antérieur de ce numéro ; `facteur newsletter text revisions` les montre
share-title = Faire relire
share-back = Vers le brouillon
share-lead = Un lien pour qui doit relire ce texte avant son départ, un bureau par exemple : sans compte, en lecture seule. Il montre le texte tel qu’il est enregistré. Qui a le lien peut le lire.
share-open = Liens ouverts
share-link = Lien
share-made-by = Créé le { $at } par { $person }.
share-made-at = Créé le { $at }.
share-ends = Le lien prend fin le { $at }.
share-end = Fermer ce lien
share-make = Créer un lien
said-share-made = Le lien est créé. Transmettez-le à qui doit relire.
said-share-ended = Le lien n’ouvre plus rien.
share-refusal-too-many = il y a déjà { $most } liens vers ce brouillon ; fermez-en un d’abord
share-refusal-days = un lien vaut de 1 à { $most } jours
share-refusal-gone = le brouillon a été jeté
shared-lead = Un brouillon de { $newsletter }, à relire avant son départ. Rien n’est encore publié.
shared-over-title = Rien à lire ici
shared-over-lead = Ce lien a été fermé, sa date est passée ou il est incomplet. Demandez-en un nouveau à qui vous l’a donné.
activity-whole = { $count ->
    [one] Le registre est entier : { $count } ligne.
   *[other] Le registre est entier : { $count } lignes.
 }
activity-more-faults = Il peut y en avoir d’autres : seules les { $count } premières sont dites.
tokens-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
 }
system-letters = { $count ->
    [one] { $count } message personnel attend.
   *[other] { $count } messages personnels attendent.
 }
system-digests = { $count ->
    [one] { $count } envoi en route, { $mails } messages à envoyer.
   *[other] { $count } envois en route, { $mails } messages à envoyer.
 }
cli-draft-unshared = { $count ->
    [one] { $count } lien n’ouvre plus rien.
   *[other] { $count } liens n’ouvrent plus rien.
 }
## Statistics
console-stats = Statistiques
today-see-stats = Comment elle a grandi
stats-lead = Tout vient de ce que fait Facteur : qui a demandé, qui a confirmé, ce que les serveurs de courriel ont répondu, qui s’est désabonné. Aucun message ne contient d’image espionne, et aucun lien ne passe par une autre adresse.
stats-spans = Sur quelle durée
stats-span-30d = 30 jours
stats-span-90d = 90 jours
stats-span-365d = Un an
stats-span-all = Tout
stats-growth = Croissance
stats-readers = { $count ->
    [one] { $count } lecteur
   *[other] { $count } lecteurs
 }
stats-joined = { $count ->
    [one] { $count } est arrivé.
   *[other] { $count } sont arrivés.
 }
stats-gone = { $count ->
    [one] { $count } n’est plus lecteur.
   *[other] { $count } ne sont plus lecteurs.
 }
stats-readers-title = Lecteurs
stats-moves-title = Qui est arrivé, et qui n’est plus lecteur
stats-high = Le plus haut : { $value }
stats-low = Le plus bas : { $value }
stats-mark = un envoi est parti
stats-table = Les mêmes chiffres en tableau
stats-by-day = Les lecteurs et leurs mouvements, par jour
stats-by-week = Les lecteurs et leurs mouvements, par semaine
stats-by-month = Les lecteurs et leurs mouvements, par mois
stats-column-day = À partir du
stats-column-readers = Lecteurs
stats-column-joined = Arrivés
stats-column-gone = Plus lecteurs
stats-column-unsubscribed = Désabonnés
stats-column-bounced = Adresse disparue
stats-column-complained = Plaintes
stats-column-erased = Effacés
stats-column-form = Formulaire
stats-column-asked = Demandes
stats-column-accepted = Message accepté
stats-column-opened = Page ouverte
stats-column-confirmed = Confirmés
stats-column-digest = Envoi
stats-column-recipients = Destinataires
stats-column-left = Désabonnés après
stats-column-time = À partir de
stats-column-accepted-mails = Acceptés
stats-column-deferred = « Plus tard »
stats-column-refused = Refusés
stats-file-growth = La croissance en fichier (CSV)
stats-file-forms = Les abonnements en fichier (CSV)
stats-file-shares = Les lecteurs en fichier (CSV)
stats-file-digests = Les envois en fichier (CSV)
stats-file-timeline = Le déroulement en fichier (CSV)
stats-file-providers = Les messageries en fichier (CSV)
stats-forms = Les abonnements par formulaire
stats-no-form = Personne n’a demandé à s’abonner ces jours-là.
stats-forms-caption = Les étapes des abonnements, par formulaire
stats-step-asked = { $count ->
    [one] { $count } demande
   *[other] { $count } demandes
 }
stats-step-accepted = { $count ->
    [one] { $count } message accepté
   *[other] { $count } messages acceptés
 }
stats-step-opened = { $count ->
    [one] { $count } page ouverte
   *[other] { $count } pages ouvertes
 }
stats-step-confirmed = { $count ->
    [one] { $count } confirmé
   *[other] { $count } confirmés
 }
stats-form-words = { $form } : { $asked } demandes, { $accepted } messages acceptés, { $opened } pages ouvertes, { $confirmed } confirmés
stats-form-imported = Un fichier importé
stats-form-added = Ajoutés à la main
stats-form-unknown = Votre page d’inscription, ou un formulaire dont la page n’est pas connue
stats-shares = Qui la lit
stats-no-reader = Personne pour l’instant.
stats-schedules = Rythmes
stats-languages = Langues
stats-origins = D’où ils viennent
stats-share = { $count ->
    [one] { $name } : { $count } lecteur ({ $percent } %)
   *[other] { $name } : { $count } lecteurs ({ $percent } %)
 }
stats-schedule-gone = Un rythme supprimé
stats-digests = Les envois, et qui s’est désabonné après
stats-left-title = Qui s’est désabonné, envoi par envoi
stats-digests-caption = Les envois partis, le plus récent d’abord
stats-no-digest = Aucun envoi n’est parti ces jours-là.
stats-letter-title = Le message mensuel
stats-letter-on = Le premier de chaque mois, les rédacteurs reçoivent par courriel ces chiffres du mois précédent.
stats-letter-off = Personne ne reçoit ces chiffres par courriel.
stats-letter-end = Arrêter le message mensuel
stats-letter-begin = L’envoyer de nouveau
said-stats-letter-ends = Le message mensuel est arrêté.
said-stats-letter-begins = Le message mensuel racontera ce mois-ci quand il sera fini.
stats-see-digest = Quand il est parti, vers quelles messageries, et qui s’est désabonné après
stats-back-digest = Retour à l’envoi
stats-digest-title = Statistiques : { $subject }
stats-became = Ce qu’il est devenu
stats-timeline = Son déroulement
stats-timeline-title = { $count ->
    [one] Ce que les serveurs de courriel ont répondu, minute par minute
   *[other] Ce que les serveurs de courriel ont répondu ; une barre représente { $count } minutes
 }
stats-timeline-caption = Ce que les serveurs de courriel ont répondu, dans l’ordre du temps
stats-no-answer = Aucun serveur de courriel n’a encore répondu, ou l’envoi est plus ancien que ce décompte.
stats-providers = Par messagerie
stats-provider-other = Toutes les autres
stats-provider-words = { $name } : { $said }.
stats-answer-accepted = { $count ->
    [one] { $count } message accepté
   *[other] { $count } messages acceptés
 }
stats-answer-refused = { $count ->
    [one] { $count } refusé
   *[other] { $count } refusés
 }
stats-answer-deferred = { $count ->
    [one] « plus tard » répondu { $count } fois
   *[other] « plus tard » répondu { $count } fois
 }
stats-digest-accepted = { $count ->
    [one] { $count } message a été accepté par un serveur de courriel.
   *[other] { $count } messages ont été acceptés par un serveur de courriel.
 }
stats-digest-refused = { $count ->
    [one] { $count } a été refusé : { $why }.
   *[other] { $count } ont été refusés : { $why }.
 }
stats-digest-open = { $count ->
    [one] { $count } reste à envoyer.
   *[other] { $count } restent à envoyer.
 }
stats-digest-skipped = { $count ->
    [one] { $count } n’a pas été envoyé, car son lecteur s’était désabonné ou le reste a été annulé.
   *[other] { $count } n’ont pas été envoyés, car leurs lecteurs s’étaient désabonnés ou le reste a été annulé.
 }
stats-digest-uncertain = { $count ->
    [one] Le sort de { $count } message est incertain : aucune réponse n’est venue.
   *[other] Le sort de { $count } messages est incertain : aucune réponse n’est venue.
 }
stats-digest-bounced = { $count ->
    [one] { $count } est revenu : l’adresse n’existe pas.
   *[other] { $count } sont revenus : l’adresse n’existe pas.
 }
stats-digest-complained = { $count ->
    [one] { $count } lecteur l’a signalé comme indésirable.
   *[other] { $count } lecteurs l’ont signalé comme indésirable.
 }
stats-digest-left = { $count ->
    [0] Personne ne s’est désabonné après.
    [one] { $count } lecteur s’est désabonné après.
   *[other] { $count } lecteurs se sont désabonnés après.
 }
stats-digest-unknown = { $count ->
    [one] De { $count } message, on ne sait ni quand il est parti ni vers quelle messagerie : la machine s’est arrêtée avant de le noter.
   *[other] De { $count } messages, on ne sait ni quand ils sont partis ni vers quelle messagerie : la machine s’est arrêtée avant de le noter.
 }
stats-plot-readers = Lecteurs : de { $first } à { $last }.
stats-plot-moves = { $joined } arrivés, { $gone } ne sont plus lecteurs.
stats-plot-left = { $left } lecteurs se sont désabonnés après { $digests } envois.
stats-plot-timeline = { $accepted } messages acceptés, { $refused } refusés, « plus tard » répondu { $deferred } fois.
stats-month = { $month } { $year }
stats-letter-readers = { $count ->
    [one] { $count } lecteur à la fin du mois.
   *[other] { $count } lecteurs à la fin du mois.
 }
stats-letter-digests = { $count ->
    [0] Aucun envoi n’est parti.
    [one] { $count } envoi est parti.
   *[other] { $count } envois sont partis.
 }
stats-letter-digest = { $count ->
    [one] « { $subject } » : à { $count } lecteur ; désabonnés après : { $left }
   *[other] « { $subject } » : à { $count } lecteurs ; désabonnés après : { $left }
 }
stats-means-readers = Lecteurs : confirmés ou en pause.
stats-means-joined = Arrivés : devenus lecteurs ce jour-là, en confirmant, par un fichier, à la main ou en revenant.
stats-means-gone = Plus lecteurs : désabonnés, effacés, ayant porté plainte, ou dont l’adresse a disparu.
stats-means-day = Un jour commence à minuit UTC.
stats-means-asked = Demandes : les nouvelles personnes qui ont envoyé le formulaire, ou qu’un fichier a amenées pour être invitées ; chacune une fois, le jour où elle l’a fait.
stats-means-accepted = Message accepté : les personnes dont un serveur de courriel a pris le premier message de confirmation.
stats-means-opened = Page ouverte : les personnes dont la page au bouton a été ouverte au moins une fois. Certains serveurs de courriel ouvrent les liens pour les examiner : le nombre peut être trop grand.
stats-means-confirmed = Confirmés : les personnes qui ont pressé le bouton. Leur demande peut dater d’un jour précédent.
stats-means-left = Désabonnés après : les lecteurs partis par un lien quand cet envoi était le dernier de leur rythme, chacun une fois, même s’ils sont revenus.
stats-means-shares = Les parts de ceux qui sont lecteurs maintenant ; au-delà de 50 000 personnes, à la fin du dernier jour.
stats-digest-means-accepted = Acceptés : un serveur de courriel a pris le message. S’il a été lu, personne ne regarde.
stats-digest-means-refused = Refusés : un serveur de courriel n’en veut pas.
stats-digest-means-deferred = « Plus tard » : chaque fois qu’un serveur de courriel a demandé de réessayer.
stats-digest-means-left = Désabonnés après : les lecteurs partis par un lien quand cet envoi était le dernier de leur rythme, chacun une fois, même s’ils sont revenus.
stats-digest-means-bounced = Revenus : les rapports disant qu’une adresse n’existe pas.
stats-digest-means-complained = Signalés : les lecteurs qui l’ont dit indésirable à leur messagerie.
month-title = Le message mensuel
month-lead = Le premier de chaque mois, un message apporte les chiffres de « { $newsletter } ». On peut le reprendre à la page « Statistiques ».
month-ended-title = C’est arrêté
month-ended-lead = Plus aucun message n’apportera les chiffres de « { $newsletter } ». La page « Statistiques » de la console les montre, et peut reprendre l’envoi du message.
mail-notice-month-subject = { $name } en { $time }
mail-notice-month-body = Ce qui est arrivé à « { $name } » en { $time }. Les images font partie de ce message : les lecteurs au fil du mois, puis qui est arrivé et qui est parti, jour après jour.
mail-notice-link-stats = Tous les chiffres, jour par jour :
mail-notice-link-end = Pour arrêter ce message mensuel :
cli-stats-not-sent = l’envoi { $id } n’est pas encore parti
cli-stats-busy = un autre processus additionne en ce moment les jours de { $newsletter } ; réessayez
cli-stats-rebuilt = { $count ->
    [one] { $newsletter } : { $count } jour additionné de nouveau, depuis { $from }
   *[other] { $newsletter } : { $count } jours additionnés de nouveau, depuis { $from }
 }
cli-stats-nothing = { $newsletter } : aucun jour à additionner
oidc-login-button = Se connecter avec { $name }
oidc-again = Réessayer avec { $name }
oidc-to-login = Vers la page de connexion
oidc-to-account = Vers mon compte
oidc-leave-title = Une étape ailleurs
oidc-leave-lead = Vous allez maintenant sur { $host }, où vous vous connectez si on vous le demande, et revenez ici de vous-même. Vous avez dix minutes.
oidc-leave-button = Aller chez { $name }
oidc-invited-title = Sans mot de passe
oidc-invited-lead = Si vous avez un compte chez { $name }, vous pouvez entrer par lui. Un mot de passe pourra s’ajouter plus tard.
oidc-invited-button = Rejoindre l’équipe avec { $name }
oidc-account-title = Connexion avec { $name }
oidc-account-linked = Votre compte là-bas est relié au vôtre ici depuis le { $since }. Dernier usage : { $used }.
oidc-account-not-linked = Reliez votre compte chez { $name } : vous pourrez entrer par lui aussi bien que par votre mot de passe.
oidc-account-link = Relier mon compte
oidc-account-link-button = Aller chez { $name } et relier
oidc-account-only-way = Vous n’avez pas de mot de passe : c’est votre seule façon d’entrer, et elle ne peut pas être retirée.
oidc-account-want-password = Demander un lien pour choisir un mot de passe
oidc-account-unlink = Ne plus relier
oidc-account-unlink-lead = Vous n’entrerez plus que par votre mot de passe, et serez déconnecté partout ailleurs.
oidc-account-unlink-button = Retirer le lien
said-oidc-linked = Votre compte est relié : vous pouvez désormais entrer par lui.
said-oidc-unlinked = Le lien est retiré. Vous avez été déconnecté partout ailleurs.
oidc-refusal-not-ours = Cette connexion n’a pas commencé ici
oidc-next-not-ours = Elle a commencé dans un autre navigateur ou un autre onglet, ou a duré plus de dix minutes. Rien n’a changé. Recommencez avec { $name }, dans cette fenêtre.
oidc-refusal-used = Cette connexion a déjà servi
oidc-next-used = Chaque retour de chez { $name } ne sert qu’une fois : la page a sans doute été chargée deux fois. Si vous n’êtes pas connecté, recommencez.
oidc-refusal-denied = La connexion a été interrompue
oidc-next-denied = { $name } ne vous a pas laissé passer, ou vous avez interrompu là-bas. Rien n’a changé. Vous pouvez réessayer, ou entrer par votre mot de passe.
oidc-refusal-unreachable = L’autre côté ne répond pas
oidc-next-unreachable = { $name } est injoignable pour l’instant. Entrez par votre mot de passe, ou réessayez dans quelques minutes. Qui n’a pas de mot de passe peut demander un lien sur la page de connexion.
oidc-refusal-misfit = Les réglages ne correspondent pas
oidc-next-misfit = Ce qui est réglé ici pour { $name } ne correspond pas à ce qu’il dit de lui-même. La personne qui gère cette machine en trouve la raison dans le journal, ou en tapant « facteur user provider ». D’ici là, votre mot de passe vous laisse entrer.
oidc-refusal-untrusted = La réponse n’est pas digne de foi
oidc-next-untrusted = Ce qui est revenu de chez { $name } n’a pas passé les contrôles : personne n’est entré. La personne qui gère cette machine en trouve la raison dans le journal ; des horloges qui diffèrent en sont une fréquente. Votre mot de passe vous laisse toujours entrer.
oidc-refusal-not-linked = Aucun compte d’ici n’est relié au vôtre là-bas
oidc-next-not-linked = { $name } vous connaît, mais Facteur ne sait pas de qui est ce compte ; la même adresse ne compte pas. Si vous avez un compte ici, connectez-vous avec votre mot de passe et reliez-le sur la page « Mon compte ». Si vous avez été invité, ouvrez l’invitation et pressez son second bouton. Sinon, demandez à un propriétaire de vous inviter.
oidc-refusal-disabled = Votre compte ici est fermé
oidc-next-disabled = { $name } vous connaît, mais un propriétaire a fermé votre compte dans ce Facteur. Seul un propriétaire peut le rouvrir.
oidc-refusal-wait = Trop d’essais
oidc-next-wait = Depuis votre réseau, trop de connexions avec { $name } ont échoué. Attendez un quart d’heure, ou entrez par votre mot de passe.
oidc-refusal-signed-out = Votre session a pris fin entre-temps
oidc-next-signed-out = Le compte chez { $name } n’a pas été relié : il ne l’est que dans la session où vous l’avez demandé. Connectez-vous et recommencez.
oidc-refusal-taken = Il est relié au compte de quelqu’un d’autre
oidc-next-taken = Le compte chez { $name } avec lequel vous êtes revenu appartient ici à un autre compte. Déconnectez-vous là-bas et choisissez-en un autre, ou faites d’abord retirer l’autre lien.
oidc-refusal-has-another = Votre compte est relié à un autre là-bas
oidc-next-has-another = Chez { $name }, un seul compte peut être relié au vôtre. Retirez d’abord le lien sur la page « Mon compte », puis reliez le nouveau.
oidc-refusal-invitation-over = L’invitation n’ouvre plus rien
oidc-next-invitation-over = Elle a servi entre-temps, ou son temps est passé. Si vous avez déjà rejoint l’équipe, connectez-vous ; sinon, demandez-en une nouvelle à la personne qui vous a invité. Chez { $name }, rien n’a changé.
oidc-refusal-only-way = Sans mot de passe, c’est la seule façon d’entrer
oidc-next-only-way = Choisissez d’abord un mot de passe, par un lien de la page de connexion ; le lien avec { $name } pourra ensuite être retiré.
oidc-trouble-silent = { $url } ne répond pas : { $why }
oidc-trouble-status = { $url } répond { $status }
oidc-trouble-not-json = { $url } répond autre chose que ce que demande OpenID Connect ; [oidc] issuer est-il l’adresse d’un fournisseur ?
oidc-trouble-other-issuer = le réglage [oidc] issuer vaut « { $issuer } », et le fournisseur se nomme « { $said } » : les deux doivent être égaux à la lettre, / final compris
oidc-trouble-no-endpoint = le fournisseur ne donne pas d’adresse pour { $name }
oidc-trouble-in-clear = le fournisseur nomme { $url }, qui n’est pas en https
oidc-trouble-no-code = le fournisseur n’offre pas le flux par code (response_types_supported)
oidc-trouble-no-way-to-prove = le fournisseur veut le secret d’une façon que Facteur ne connaît pas : { $known } ; autorisez client_secret_basic ou client_secret_post
oidc-trouble-not-known = le fournisseur ne connaît pas [oidc] client_id, ou le secret est un autre ({ $said })
oidc-trouble-refused = le fournisseur a refusé : { $said }
oidc-trouble-code = un code avait déjà servi, est trop vieux, ou était fait pour un autre programme
oidc-trouble-no-token = le fournisseur n’a pas donné d’ID token ; le scope « openid » y est-il permis ?
oidc-trouble-no-keys = le fournisseur ne montre aucune clé (jwks_uri)
oidc-trouble-secret = le réglage [oidc] client_secret_file : { $why }
cli-provider-off = Il n’y a pas de fournisseur : [oidc] issuer est vide.
cli-provider-register = { $issuer } doit connaître cette adresse de redirection : { $back }
cli-provider-fits = Il répond, et ce qu’il dit de lui-même convient. Connexion : { $authorization }. Clés : { $keys }. S’il accepte le secret, cela se voit à la première connexion.
cli-provider-trouble = Il ne peut pas servir : { $trouble }
cli-user-links-none = relié à aucun compte d’un fournisseur
cli-user-link-since = { $issuer }, numéro { $subject }, relié { $since }, { $used }
cli-user-unlinked = le lien est retiré, et toutes les sessions ont pris fin
cli-user-unlink-which = il y a des liens avec plusieurs fournisseurs ; nommez-en un avec --issuer : { $issuers }
cli-user-only-way = c’est sa seule façon d’entrer : donnez-lui d’abord un mot de passe (facteur user passwd)
