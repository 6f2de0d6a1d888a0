package reply_test

import "github.com/accordsdk/accord/suppression/reply"

// texts are replies as people send them, under what they say.
var texts = map[reply.Meaning][]string{
	reply.Stop: {
		"STOP", "stop", "Stop", "sToP", "STOP.", "Stop !", "STOP!!!", "  stop\t", "\nSTOP\n", "« STOP »", "“Stop”", "'stop'", "\"STOP\"", "(stop)", "*STOP*", "#stop", "stop...", "STOP…", "-STOP-",
		"STOP 🛑", "🛑🛑 stop", "🖕 STOP", "ＳＴＯＰ", "ｓｔｏｐ！", "𝐒𝐓𝐎𝐏", "ⓈⓉⓄⓅ", "S\u200bT\u200bO\u200bP", "\ufeffSTOP", "STO\u00adP", "\u202eSTOP\u202c", "ST\u2060OP",
		"S.T.O.P", "S T O P", "s-t-o-p", "Bonjour, s t o p svp",
		"STOP merci", "stop svp", "Stop s'il vous plaît", "Stop s’il vous plait !", "Bonjour, STOP", "Bonjour stop merci", "bonsoir STOP svp merci", "Stop, bonne journée",
		"Merci d'avance, STOP", "Please STOP", "stop please", "Stop, thanks", "pls stop",
		"STOP STOP STOP", "stop stop", "non stop", "NON ! STOP !", "Stop. Non.", "oui stop", "ok stop", "STOP au 36180", "STOP 36180", "Stop au 38015", "start stop",
		"Stop pub", "STOP PUB", "stop pub svp", "STOP SMS", "stop sms merci", "StopSMS", "stop-sms", "STOP PROSPECTION", "Stop publicité", "stop démarchage", "stop tout", "stop à tout",
		"stop messages", "Stop pub, je ne vote pas pour vous",
		"arrêt", "ARRET", "Arrêt.", "arre\u0302t", "ARRÊT SMS", "arrêter", "ARRETEZ", "arrêtez merci", "Arrête", "désabonner", "DESABONNER", "de\u0301sabonner", "Désabonnement",
		"désabonnez-moi", "desabonnez moi svp", "Je me désabonne", "désinscrire", "DESINSCRIPTION", "désinscription svp", "désinscrivez-moi", "refus", "REFUS", "je refuse", "Je m’oppose",
		"STOP\nEnvoyé de mon iPhone", "Bonjour,\nSTOP\nJean", "stop\r\n--\r\nJ. Dupont", "Stop\rJean",
		"UNSUBSCRIBE", "unsubscribe please", "Quit", "END", "end.", "cancel", "CANCEL", "revoke", "opt out", "Opt-Out", "OPTOUT", "stop all", "STOPALL", "remove", "Remove me please",
		"stop2quit", "TD", "stop it", "Stop texting me",
		"Stopp", "abmelden", "Bitte abmelden", "ende", "BAJA", "alto", "baja por favor", "cancelar", "basta", "annulla", "cancellami", "sair", "PARAR", "descadastrar", "afmelden",
		"Uitschrijven", "stoppen", "einde",
	},
	reply.Yes: {
		"OUI", "oui", "Oui.", "Oui !", "« OUI »", "ｏｕｉ", "oui merci", "Oui, d'accord", "ok", "OK 👍", "Okay", "D’accord", "d accord", "j'accepte", "Oui j'accepte", "je suis d'accord",
		"oui oui", "Bonjour oui", "O U I", "YES", "yes please", "y", "Yes, I agree", "Sure", "yep", "Oui 36180",
	},
	reply.No: {
		"NON", "non", "Non.", "NON !!!", "n\u200bon", "non merci", "Non merci, bonne journée", "Non non", "non, non, NON", "nan", "pas intéressé", "Pas intéressée.", "pas d'accord",
		"Je ne suis pas intéressé", "certainement pas", "Jamais de la vie !", "hors de question", "no", "No thanks", "no thank you", "nope", "Not interested", "I'm not interested",
		"nein danke", "Não", "nee bedankt", "no gracias", "Non\nJean Dupont", "oui non", "oui\nnon",
	},
	reply.LikelyRefusal: {
		"retirez-moi de vos listes", "Merci de me retirer de vos fichiers", "ne me contactez plus", "Ne me contactez plus jamais !", "NE PLUS ME CONTACTER", "foutez moi la paix",
		"Foutez-moi la paix !!!", "fichez-moi la paix", "laissez moi tranquille", "lâchez-moi", "Je ne veux plus recevoir vos messages", "je ne souhaite plus recevoir de sms",
		"je ne veux plus rien recevoir de votre part", "merci de ne plus m'envoyer de sms", "ne m’envoyez plus rien", "N'envoyez plus de messages", "arrêtez de m'envoyer des sms",
		"arretez de me harceler", "Arrêtez vos SMS", "cessez de m'écrire", "Cessez immédiatement", "merci d'arrêter", "supprimez mon numéro", "Supprimez mes données !",
		"effacez mon numero de votre base", "enlevez mon numéro svp", "désabonnez ce numéro", "comment me désabonner ?", "Veuillez me désinscrire de votre liste",
		"Je n'ai jamais donné mon accord", "j'ai pas donné mon numéro", "Je n'ai pas consenti à cela", "je vais porter plainte", "Plainte à la CNIL", "RGPD !", "spam",
		"C'est du harcèlement", "dégage", "Dégagez", "va te faire voir", "vous avez un mauvais numéro", "stop à vos messages", "Stop, vous êtes lourds", "Bonjour, stop je ne vote pas",
		"STOP THE WAR", "stop ou encore", "je ne veux plus de vos sms", "Plus de SMS !", "au titre de mon droit d'opposition", "ＮＥ ＭＥ ＣＯＮＴＡＣＴＥＺ ＰＬＵＳ",
		"stop texting me please, I mean it", "Please stop this", "Don't text me again", "dont text me", "do not contact me", "take me off your list", "remove me from this list",
		"Remove my number", "lose my number", "leave me alone", "no more texts", "please unsubscribe me from this", "I never agreed to this", "I did not sign up, this is spam",
		"this is harassment", "I'll report you", "fuck off", "Wrong number", "Oui mais ne m'envoyez plus rien",
	},
	reply.Help:    {"AIDE", "aide svp", "Aide ?", "info", "INFOS", "help", "Help please"},
	reply.Contact: {"CONTACT", "contact svp", "qui êtes-vous ?", "Vous êtes qui ???", "C’est qui", "Bonjour, qui êtes vous ?", "who is this?", "Who are you"},
	reply.Start:   {"START", "unstop", "subscribe", "reprendre", "Réabonnement", "réabonnez-moi"},
	reply.Unclear: {
		"", " ", "\n", "👍", "❤️", "...", "?", "!!!", "36180", "merci", "Bonjour", "Merci beaucoup, bonne journée", "\u200b", "\x00", "\xff\xfe",
		"I will quit the party", "I'll quit my job Friday", "cancel Tuesday", "the end", "This must end", "il faut arrêter cette loi", "arrêtez cette réforme", "Il faut que ça s'arrête",
		"on n'arrête pas le progrès", "l'arrêt de bus", "les non-inscrits", "un désabonnement massif des électeurs", "le refus de vote", "stopover", "nonstop", "astop", "estop",
		"unstoppable", "remove the president", "the opposition party", "bastardo", "il ne faut jamais dire jamais",
		"Je voterai pour vous", "Oui mais je ne sais pas encore", "non mais je réfléchis", "oui si vous baissez les impôts", "no idea", "yes we can", "ok pour dimanche",
		"c'est où le bureau de vote ?", "contactez le maire", "information ?", "oui aide", "ok info", "info contact", "comment avez-vous eu mon numéro ?", "can I help?",
		"start of the campaign", "end of the world", "je ne veux plus de ce gouvernement", "cessez de mentir", "Oui\nmais pas pour tout", "votez bien", "С?", "stp", "ça m'intéresse",
		"J'accepte pas", "nona", "ouistiti",
	},
}
