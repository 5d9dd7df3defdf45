	switch (t->back) {
	default: Uerror("bad return move");
	case  0: goto R999; /* nothing to undo */

		 /* PROC :init: */

	case 3: // STATE 2
		;
		((P4 *)_this)->r = trpt->bup.oval;
		;
		goto R999;

	case 4: // STATE 4
		;
		now.node[ Index(((P4 *)_this)->n, 2) ].hand[ Index(((P4 *)_this)->r, 7) ] = trpt->bup.oval;
		;
		goto R999;

	case 5: // STATE 5
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 6: // STATE 6
		;
		((P4 *)_this)->r = trpt->bup.oval;
		;
		goto R999;

	case 7: // STATE 12
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 8: // STATE 13
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 9: // STATE 14
		;
		((P4 *)_this)->n = trpt->bup.oval;
		;
		goto R999;

	case 10: // STATE 21
		;
		((P4 *)_this)->r = trpt->bup.ovals[1];
		((P4 *)_this)->n = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 11: // STATE 22
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 12: // STATE 24
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Audit */
;
		;
			case 14: // STATE 14
		sv_restor();
		goto R999;

	case 15: // STATE 15
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Network */
	case 16: // STATE 56
		sv_restor();
		goto R999;
	case 17: // STATE 112
		sv_restor();
		goto R999;
	case 18: // STATE 124
		sv_restor();
		goto R999;
	case 19: // STATE 136
		sv_restor();
		goto R999;

	case 20: // STATE 140
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Run */
	case 21: // STATE 7
		sv_restor();
		goto R999;
	case 22: // STATE 10
		sv_restor();
		goto R999;
	case 23: // STATE 24
		sv_restor();
		goto R999;
	case 24: // STATE 48
		sv_restor();
		goto R999;
	case 25: // STATE 62
		sv_restor();
		goto R999;
	case 26: // STATE 68
		sv_restor();
		goto R999;
	case 27: // STATE 81
		sv_restor();
		goto R999;
	case 28: // STATE 94
		sv_restor();
		goto R999;

	case 29: // STATE 98
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Node */
	case 30: // STATE 5
		sv_restor();
		goto R999;
	case 31: // STATE 9
		sv_restor();
		goto R999;
	case 32: // STATE 76
		sv_restor();
		goto R999;
	case 33: // STATE 124
		sv_restor();
		goto R999;
	case 34: // STATE 172
		sv_restor();
		goto R999;
	case 35: // STATE 220
		sv_restor();
		goto R999;
	case 36: // STATE 268
		sv_restor();
		goto R999;
	case 37: // STATE 275
		sv_restor();
		goto R999;
	case 38: // STATE 325
		sv_restor();
		goto R999;
	case 39: // STATE 375
		sv_restor();
		goto R999;

	case 40: // STATE 379
		;
		p_restor(II);
		;
		;
		goto R999;
	}

