#define rand	pan_rand
#define pthread_equal(a,b)	((a)==(b))
#if defined(HAS_CODE) && defined(VERBOSE)
	#ifdef BFS_PAR
		bfs_printf("Pr: %d Tr: %d\n", II, t->forw);
	#else
		cpu_printf("Pr: %d Tr: %d\n", II, t->forw);
	#endif
#endif
	switch (t->forw) {
	default: Uerror("bad forward move");
	case 0:	/* if without executable clauses */
		continue;
	case 1: /* generic 'goto' or 'skip' */
		IfNotBlocked
		_m = 3; goto P999;
	case 2: /* generic 'else' */
		IfNotBlocked
		if (trpt->o_pm&1) continue;
		_m = 3; goto P999;

		 /* PROC :init: */
	case 3: // STATE 1 - docs/model/tick.pml:368 - [((n<2))] (9:0:1 - 1)
		IfNotBlocked
		reached[4][1] = 1;
		if (!((((int)((P4 *)_this)->n)<2)))
			continue;
		/* merge: r = 0(0, 2, 9) */
		reached[4][2] = 1;
		(trpt+1)->bup.oval = ((int)((P4 *)_this)->r);
		((P4 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval(":init::r", ((int)((P4 *)_this)->r));
#endif
		;
		/* merge: .(goto)(0, 10, 9) */
		reached[4][10] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 4: // STATE 3 - docs/model/tick.pml:371 - [((r<((2+(2*2))+1)))] (5:0:1 - 1)
		IfNotBlocked
		reached[4][3] = 1;
		if (!((((int)((P4 *)_this)->r)<((2+(2*2))+1))))
			continue;
		/* merge: node[n].hand[r] = absent(0, 4, 5) */
		reached[4][4] = 1;
		(trpt+1)->bup.oval = now.node[ Index(((int)((P4 *)_this)->n), 2) ].hand[ Index(((int)((P4 *)_this)->r), 7) ];
		now.node[ Index(((P4 *)_this)->n, 2) ].hand[ Index(((P4 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[:init::n].hand[:init::r]", now.node[ Index(((int)((P4 *)_this)->n), 2) ].hand[ Index(((int)((P4 *)_this)->r), 7) ]);
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 5: // STATE 5 - docs/model/tick.pml:371 - [(run Run(n,r))] (0:0:0 - 1)
		IfNotBlocked
		reached[4][5] = 1;
		if (!(addproc(II, 1, 1, ((int)((P4 *)_this)->n), ((int)((P4 *)_this)->r))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 6: // STATE 6 - docs/model/tick.pml:371 - [r = (r+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[4][6] = 1;
		(trpt+1)->bup.oval = ((int)((P4 *)_this)->r);
		((P4 *)_this)->r = (((int)((P4 *)_this)->r)+1);
#ifdef VAR_RANGES
		logval(":init::r", ((int)((P4 *)_this)->r));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 7: // STATE 12 - docs/model/tick.pml:374 - [(run Node(n))] (0:0:0 - 3)
		IfNotBlocked
		reached[4][12] = 1;
		if (!(addproc(II, 1, 0, ((int)((P4 *)_this)->n), 0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 8: // STATE 13 - docs/model/tick.pml:374 - [(run Network(n))] (0:0:0 - 1)
		IfNotBlocked
		reached[4][13] = 1;
		if (!(addproc(II, 1, 2, ((int)((P4 *)_this)->n), 0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 9: // STATE 14 - docs/model/tick.pml:374 - [n = (n+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[4][14] = 1;
		(trpt+1)->bup.oval = ((int)((P4 *)_this)->n);
		((P4 *)_this)->n = (((int)((P4 *)_this)->n)+1);
#ifdef VAR_RANGES
		logval(":init::n", ((int)((P4 *)_this)->n));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 10: // STATE 20 - docs/model/tick.pml:377 - [n = 0] (0:22:2 - 3)
		IfNotBlocked
		reached[4][20] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P4 *)_this)->n);
		((P4 *)_this)->n = 0;
#ifdef VAR_RANGES
		logval(":init::n", ((int)((P4 *)_this)->n));
#endif
		;
		/* merge: r = 0(22, 21, 22) */
		reached[4][21] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P4 *)_this)->r);
		((P4 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval(":init::r", ((int)((P4 *)_this)->r));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 11: // STATE 22 - docs/model/tick.pml:378 - [(run Audit())] (0:0:0 - 1)
		IfNotBlocked
		reached[4][22] = 1;
		if (!(addproc(II, 1, 3, 0, 0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 12: // STATE 24 - docs/model/tick.pml:380 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[4][24] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Audit */
	case 13: // STATE 1 - docs/model/tick.pml:349 - [(timeout)] (0:0:0 - 1)
		IfNotBlocked
		reached[3][1] = 1;
		if (!(((trpt->tau)&1)))
			continue;
		_m = 1; goto P999; /* 0 */
	case 14: // STATE 14 - docs/model/tick.pml:350 - [D_STEP350]
		/* default 258 */
		

		reached[3][14] = 1;
		reached[3][t->st] = 1;
		reached[3][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_618_0: /* 2 */
		spin_assert((((int)now.lastTick)==2), "(lastTick==2)", II, tt, t);
S_627_0: /* 2 */
S_626_0: /* 2 */
S_619_0: /* 2 */
		if (!((((int)((P3 *)_this)->r)<((2+(2*2))+1))))
			goto S_626_1;
S_620_0: /* 2 */
		spin_assert( !(((int)now.isNamed[ Index(((int)((P3 *)_this)->r), 7) ])), " !(isNamed[r])", II, tt, t);
S_621_0: /* 2 */
		spin_assert( !((((int)now.hasRan[ Index(((int)((P3 *)_this)->r), 7) ])&&((int)now.hasLost[ Index(((int)((P3 *)_this)->r), 7) ]))), " !((hasRan[r]&&hasLost[r]))", II, tt, t);
S_622_0: /* 2 */
		((P3 *)_this)->told = (((int)((P3 *)_this)->told)+( ((((int)now.hasRan[ Index(((int)((P3 *)_this)->r), 7) ])||((int)now.hasLost[ Index(((int)((P3 *)_this)->r), 7) ]))) ? (1) : (0) ));
#ifdef VAR_RANGES
		logval("Audit:told", ((int)((P3 *)_this)->told));
#endif
		;
S_623_0: /* 2 */
		((P3 *)_this)->r = (((int)((P3 *)_this)->r)+1);
#ifdef VAR_RANGES
		logval("Audit:r", ((int)((P3 *)_this)->r));
#endif
		;
		goto S_627_0; /* ';' */
S_626_1: /* 3 */
S_624_0: /* 2 */
		/* else */;
S_625_0: /* 2 */
		goto S_628_0;	/* 'goto' */
S_626_2: /* 3 */
		Uerror("blocking sel in d_step (nr.0, near line 352)");
S_628_0: /* 2 */
		goto S_629_0;	/* 'break' */
S_629_0: /* 2 */
		spin_assert((((int)((P3 *)_this)->told)==2), "(told==2)", II, tt, t);
		goto S_631_0;
S_631_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 15: // STATE 15 - docs/model/tick.pml:362 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[3][15] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Network */
	case 16: // STATE 56 - docs/model/tick.pml:339 - [D_STEP339]
		if (!(boq == -1 && (now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]==3)))
			continue;

		reached[2][56] = 1;
		reached[2][t->st] = 1;
		reached[2][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_477_0: /* 2 */
		if (!((now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]==3)))
			Uerror("block in d_step seq");
S_531_0: /* 2 */
S_515_0: /* 2 */
S_478_0: /* 2 */
		if (!((((int)now.condition[ Index((2*((int)((P2 *)_this)->i)), 4) ])==((int)now.version))))
			goto S_515_1;
S_511_0: /* 2 */
S_479_0: /* 2 */
		now.version = (((int)now.version)+1);
#ifdef VAR_RANGES
		logval("version", ((int)now.version));
#endif
		;
S_484_0: /* 2 */
S_480_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==10)||(now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==7))))
			goto S_484_1;
S_481_0: /* 2 */
		spin_assert((((int)now.newFence[ Index((2*((int)((P2 *)_this)->i)), 4) ])>((int)now.recordFence)), "(newFence[(2*i)]>recordFence)", II, tt, t);
S_482_0: /* 2 */
		now.recordFence = ((int)now.newFence[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("recordFence", ((int)now.recordFence));
#endif
		;
		goto S_485_0;
S_484_1: /* 3 */
S_483_0: /* 2 */
		/* else */;
		goto S_485_0;
S_484_2: /* 3 */
		Uerror("blocking sel in d_step (nr.1, near line 88)");
S_485_0: /* 2 */
S_509_0: /* 2 */
S_486_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==10)))
			goto S_509_1;
S_487_0: /* 2 */
		spin_assert((((int)now.tick[ Index((2*((int)((P2 *)_this)->i)), 4) ])==(((int)now.lastTick)+1)), "(tick[(2*i)]==(lastTick+1))", II, tt, t);
S_488_0: /* 2 */
		now.lastTick = ((int)now.tick[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("lastTick", ((int)now.lastTick));
#endif
		;
S_489_0: /* 2 */
		now.isNamed[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("isNamed[which[(2*Network:i)]]", ((int)now.isNamed[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_490_0: /* 2 */
		now.tickOf[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = ((int)now.tick[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("tickOf[which[(2*Network:i)]]", ((int)now.tickOf[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_491_0: /* 2 */
		now.epochOf[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = ((int)now.byEpoch[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("epochOf[which[(2*Network:i)]]", ((int)now.epochOf[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_492_0: /* 2 */
		now.fenceOf[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = ((int)now.newFence[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("fenceOf[which[(2*Network:i)]]", ((int)now.fenceOf[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
		goto S_510_0;
S_509_1: /* 3 */
S_493_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==7)))
			goto S_509_2;
S_494_0: /* 2 */
		now.isReleased[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("isReleased[which[(2*Network:i)]]", ((int)now.isReleased[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_495_0: /* 2 */
		now.epochOf[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = ((int)now.byEpoch[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("epochOf[which[(2*Network:i)]]", ((int)now.epochOf[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_496_0: /* 2 */
		now.fenceOf[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = ((int)now.newFence[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("fenceOf[which[(2*Network:i)]]", ((int)now.fenceOf[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
		goto S_510_0;
S_509_2: /* 3 */
S_497_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==9)))
			goto S_509_3;
S_498_0: /* 2 */
		now.isNoted[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("isNoted[which[(2*Network:i)]]", ((int)now.isNoted[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_499_0: /* 2 */
		now.attempted[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("attempted[which[(2*Network:i)]]", ((int)now.attempted[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
		goto S_510_0;
S_509_3: /* 3 */
S_500_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==8)))
			goto S_509_4;
S_501_0: /* 2 */
		now.isReleased[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("isReleased[which[(2*Network:i)]]", ((int)now.isReleased[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
		goto S_510_0;
S_509_4: /* 3 */
S_502_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==6)))
			goto S_509_5;
S_503_0: /* 2 */
		now.isNamed[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("isNamed[which[(2*Network:i)]]", ((int)now.isNamed[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_504_0: /* 2 */
		now.hasLost[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("hasLost[which[(2*Network:i)]]", ((int)now.hasLost[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_505_0: /* 2 */
		now.hasRan[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("hasRan[which[(2*Network:i)]]", ((int)now.hasRan[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
		goto S_510_0;
S_509_5: /* 3 */
S_506_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]==5)))
			goto S_509_6;
S_507_0: /* 2 */
		now.isNamed[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("isNamed[which[(2*Network:i)]]", ((int)now.isNamed[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
S_508_0: /* 2 */
		now.hasLost[ Index(now.which[ Index((2*((P2 *)_this)->i), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("hasLost[which[(2*Network:i)]]", ((int)now.hasLost[ Index(((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]), 7) ]));
#endif
		;
		goto S_510_0;
S_509_6: /* 3 */
		Uerror("blocking sel in d_step (nr.2, near line 92)");
S_510_0: /* 2 */
		goto S_512_0;
S_512_0: /* 2 */
		now.state[ Index((2*((P2 *)_this)->i), 4) ] = 2;
#ifdef VAR_RANGES
		logval("state[(2*Network:i)]", now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#endif
		;
		goto S_516_0;
S_515_1: /* 3 */
S_513_0: /* 2 */
		/* else */;
S_514_0: /* 2 */
		now.state[ Index((2*((P2 *)_this)->i), 4) ] = 1;
#ifdef VAR_RANGES
		logval("state[(2*Network:i)]", now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#endif
		;
		goto S_516_0;
S_515_2: /* 3 */
		Uerror("blocking sel in d_step (nr.3, near line 113)");
S_516_0: /* 2 */
S_529_0: /* 2 */
S_517_0: /* 2 */
		if (!(( !(((int)now.isAwaited[ Index((2*((int)((P2 *)_this)->i)), 4) ]))&& !(((int)now.isOpen[ Index((2*((int)((P2 *)_this)->i)), 4) ])))))
			goto S_529_1;
S_527_0: /* 2 */
S_518_0: /* 2 */
		now.state[ Index((2*((P2 *)_this)->i), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[(2*Network:i)]", now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#endif
		;
S_519_0: /* 2 */
		now.what[ Index((2*((P2 *)_this)->i), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[(2*Network:i)]", now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#endif
		;
S_520_0: /* 2 */
		now.which[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[(2*Network:i)]", ((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_521_0: /* 2 */
		now.condition[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[(2*Network:i)]", ((int)now.condition[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_522_0: /* 2 */
		now.tick[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[(2*Network:i)]", ((int)now.tick[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_523_0: /* 2 */
		now.newFence[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[(2*Network:i)]", ((int)now.newFence[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_524_0: /* 2 */
		now.byEpoch[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[(2*Network:i)]", ((int)now.byEpoch[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_525_0: /* 2 */
		now.isAwaited[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Network:i)]", ((int)now.isAwaited[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_526_0: /* 2 */
		now.isOpen[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Network:i)]", ((int)now.isOpen[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
		goto S_530_0;
S_529_1: /* 3 */
S_528_0: /* 2 */
		/* else */;
		goto S_530_0;
S_529_2: /* 3 */
		Uerror("blocking sel in d_step (nr.4, near line 121)");
S_530_0: /* 2 */
		goto S_614_0;
S_614_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 17: // STATE 112 - docs/model/tick.pml:340 - [D_STEP340]
		if (!(boq == -1 && (now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==3)))
			continue;

		reached[2][112] = 1;
		reached[2][t->st] = 1;
		reached[2][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_533_0: /* 2 */
		if (!((now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==3)))
			Uerror("block in d_step seq");
S_587_0: /* 2 */
S_571_0: /* 2 */
S_534_0: /* 2 */
		if (!((((int)now.condition[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])==((int)now.version))))
			goto S_571_1;
S_567_0: /* 2 */
S_535_0: /* 2 */
		now.version = (((int)now.version)+1);
#ifdef VAR_RANGES
		logval("version", ((int)now.version));
#endif
		;
S_540_0: /* 2 */
S_536_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==10)||(now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==7))))
			goto S_540_1;
S_537_0: /* 2 */
		spin_assert((((int)now.newFence[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])>((int)now.recordFence)), "(newFence[((2*i)+1)]>recordFence)", II, tt, t);
S_538_0: /* 2 */
		now.recordFence = ((int)now.newFence[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("recordFence", ((int)now.recordFence));
#endif
		;
		goto S_541_0;
S_540_1: /* 3 */
S_539_0: /* 2 */
		/* else */;
		goto S_541_0;
S_540_2: /* 3 */
		Uerror("blocking sel in d_step (nr.5, near line 88)");
S_541_0: /* 2 */
S_565_0: /* 2 */
S_542_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==10)))
			goto S_565_1;
S_543_0: /* 2 */
		spin_assert((((int)now.tick[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])==(((int)now.lastTick)+1)), "(tick[((2*i)+1)]==(lastTick+1))", II, tt, t);
S_544_0: /* 2 */
		now.lastTick = ((int)now.tick[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("lastTick", ((int)now.lastTick));
#endif
		;
S_545_0: /* 2 */
		now.isNamed[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("isNamed[which[((2*Network:i)+1)]]", ((int)now.isNamed[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_546_0: /* 2 */
		now.tickOf[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = ((int)now.tick[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("tickOf[which[((2*Network:i)+1)]]", ((int)now.tickOf[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_547_0: /* 2 */
		now.epochOf[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = ((int)now.byEpoch[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("epochOf[which[((2*Network:i)+1)]]", ((int)now.epochOf[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_548_0: /* 2 */
		now.fenceOf[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = ((int)now.newFence[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("fenceOf[which[((2*Network:i)+1)]]", ((int)now.fenceOf[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
		goto S_566_0;
S_565_1: /* 3 */
S_549_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==7)))
			goto S_565_2;
S_550_0: /* 2 */
		now.isReleased[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("isReleased[which[((2*Network:i)+1)]]", ((int)now.isReleased[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_551_0: /* 2 */
		now.epochOf[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = ((int)now.byEpoch[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("epochOf[which[((2*Network:i)+1)]]", ((int)now.epochOf[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_552_0: /* 2 */
		now.fenceOf[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = ((int)now.newFence[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("fenceOf[which[((2*Network:i)+1)]]", ((int)now.fenceOf[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
		goto S_566_0;
S_565_2: /* 3 */
S_553_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==9)))
			goto S_565_3;
S_554_0: /* 2 */
		now.isNoted[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("isNoted[which[((2*Network:i)+1)]]", ((int)now.isNoted[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_555_0: /* 2 */
		now.attempted[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("attempted[which[((2*Network:i)+1)]]", ((int)now.attempted[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
		goto S_566_0;
S_565_3: /* 3 */
S_556_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==8)))
			goto S_565_4;
S_557_0: /* 2 */
		now.isReleased[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("isReleased[which[((2*Network:i)+1)]]", ((int)now.isReleased[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
		goto S_566_0;
S_565_4: /* 3 */
S_558_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==6)))
			goto S_565_5;
S_559_0: /* 2 */
		now.isNamed[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("isNamed[which[((2*Network:i)+1)]]", ((int)now.isNamed[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_560_0: /* 2 */
		now.hasLost[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("hasLost[which[((2*Network:i)+1)]]", ((int)now.hasLost[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_561_0: /* 2 */
		now.hasRan[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("hasRan[which[((2*Network:i)+1)]]", ((int)now.hasRan[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
		goto S_566_0;
S_565_5: /* 3 */
S_562_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==5)))
			goto S_565_6;
S_563_0: /* 2 */
		now.isNamed[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 0;
#ifdef VAR_RANGES
		logval("isNamed[which[((2*Network:i)+1)]]", ((int)now.isNamed[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
S_564_0: /* 2 */
		now.hasLost[ Index(now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ], 7) ] = 1;
#ifdef VAR_RANGES
		logval("hasLost[which[((2*Network:i)+1)]]", ((int)now.hasLost[ Index(((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]), 7) ]));
#endif
		;
		goto S_566_0;
S_565_6: /* 3 */
		Uerror("blocking sel in d_step (nr.6, near line 92)");
S_566_0: /* 2 */
		goto S_568_0;
S_568_0: /* 2 */
		now.state[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 2;
#ifdef VAR_RANGES
		logval("state[((2*Network:i)+1)]", now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#endif
		;
		goto S_572_0;
S_571_1: /* 3 */
S_569_0: /* 2 */
		/* else */;
S_570_0: /* 2 */
		now.state[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 1;
#ifdef VAR_RANGES
		logval("state[((2*Network:i)+1)]", now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#endif
		;
		goto S_572_0;
S_571_2: /* 3 */
		Uerror("blocking sel in d_step (nr.7, near line 113)");
S_572_0: /* 2 */
S_585_0: /* 2 */
S_573_0: /* 2 */
		if (!(( !(((int)now.isAwaited[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]))&& !(((int)now.isOpen[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])))))
			goto S_585_1;
S_583_0: /* 2 */
S_574_0: /* 2 */
		now.state[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[((2*Network:i)+1)]", now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#endif
		;
S_575_0: /* 2 */
		now.what[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[((2*Network:i)+1)]", now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#endif
		;
S_576_0: /* 2 */
		now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[((2*Network:i)+1)]", ((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_577_0: /* 2 */
		now.condition[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[((2*Network:i)+1)]", ((int)now.condition[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_578_0: /* 2 */
		now.tick[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[((2*Network:i)+1)]", ((int)now.tick[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_579_0: /* 2 */
		now.newFence[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[((2*Network:i)+1)]", ((int)now.newFence[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_580_0: /* 2 */
		now.byEpoch[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[((2*Network:i)+1)]", ((int)now.byEpoch[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_581_0: /* 2 */
		now.isAwaited[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Network:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_582_0: /* 2 */
		now.isOpen[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Network:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
		goto S_586_0;
S_585_1: /* 3 */
S_584_0: /* 2 */
		/* else */;
		goto S_586_0;
S_585_2: /* 3 */
		Uerror("blocking sel in d_step (nr.8, near line 121)");
S_586_0: /* 2 */
		goto S_614_0; /* '.' */
		goto S_614_0; /* ';' */
		goto S_614_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 18: // STATE 124 - docs/model/tick.pml:341 - [D_STEP341]
		if (!(boq == -1 && (((now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]==3)&& !(((int)now.isAwaited[ Index((2*((int)((P2 *)_this)->i)), 4) ])))&& !(((int)now.isOpen[ Index((2*((int)((P2 *)_this)->i)), 4) ])))))
			continue;

		reached[2][124] = 1;
		reached[2][t->st] = 1;
		reached[2][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_589_0: /* 2 */
		if (!((((now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]==3)&& !(((int)now.isAwaited[ Index((2*((int)((P2 *)_this)->i)), 4) ])))&& !(((int)now.isOpen[ Index((2*((int)((P2 *)_this)->i)), 4) ])))))
			Uerror("block in d_step seq");
S_599_0: /* 2 */
S_590_0: /* 2 */
		now.state[ Index((2*((P2 *)_this)->i), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[(2*Network:i)]", now.state[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#endif
		;
S_591_0: /* 2 */
		now.what[ Index((2*((P2 *)_this)->i), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[(2*Network:i)]", now.what[ Index((2*((int)((P2 *)_this)->i)), 4) ]);
#endif
		;
S_592_0: /* 2 */
		now.which[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[(2*Network:i)]", ((int)now.which[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_593_0: /* 2 */
		now.condition[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[(2*Network:i)]", ((int)now.condition[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_594_0: /* 2 */
		now.tick[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[(2*Network:i)]", ((int)now.tick[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_595_0: /* 2 */
		now.newFence[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[(2*Network:i)]", ((int)now.newFence[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_596_0: /* 2 */
		now.byEpoch[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[(2*Network:i)]", ((int)now.byEpoch[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_597_0: /* 2 */
		now.isAwaited[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Network:i)]", ((int)now.isAwaited[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
S_598_0: /* 2 */
		now.isOpen[ Index((2*((P2 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Network:i)]", ((int)now.isOpen[ Index((2*((int)((P2 *)_this)->i)), 4) ]));
#endif
		;
		goto S_614_0; /* ';' */
		goto S_614_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 19: // STATE 136 - docs/model/tick.pml:342 - [D_STEP342]
		if (!(boq == -1 && (((now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==3)&& !(((int)now.isAwaited[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])))&& !(((int)now.isOpen[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])))))
			continue;

		reached[2][136] = 1;
		reached[2][t->st] = 1;
		reached[2][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_601_0: /* 2 */
		if (!((((now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]==3)&& !(((int)now.isAwaited[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])))&& !(((int)now.isOpen[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ])))))
			Uerror("block in d_step seq");
S_611_0: /* 2 */
S_602_0: /* 2 */
		now.state[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[((2*Network:i)+1)]", now.state[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#endif
		;
S_603_0: /* 2 */
		now.what[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[((2*Network:i)+1)]", now.what[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]);
#endif
		;
S_604_0: /* 2 */
		now.which[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[((2*Network:i)+1)]", ((int)now.which[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_605_0: /* 2 */
		now.condition[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[((2*Network:i)+1)]", ((int)now.condition[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_606_0: /* 2 */
		now.tick[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[((2*Network:i)+1)]", ((int)now.tick[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_607_0: /* 2 */
		now.newFence[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[((2*Network:i)+1)]", ((int)now.newFence[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_608_0: /* 2 */
		now.byEpoch[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[((2*Network:i)+1)]", ((int)now.byEpoch[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_609_0: /* 2 */
		now.isAwaited[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Network:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
S_610_0: /* 2 */
		now.isOpen[ Index(((2*((P2 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Network:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P2 *)_this)->i))+1), 4) ]));
#endif
		;
		goto S_614_0; /* ';' */
		goto S_614_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 20: // STATE 140 - docs/model/tick.pml:344 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[2][140] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Run */
	case 21: // STATE 7 - docs/model/tick.pml:301 - [D_STEP301]
		if (!(boq == -1 && ((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==17)||(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==14))))
			continue;

		reached[1][7] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_379_0: /* 2 */
		if (!(((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==17)||(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==14))))
			Uerror("block in d_step seq");
S_384_0: /* 2 */
S_380_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 16;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
S_381_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].attempt[ Index(((P1 *)_this)->r, 7) ] = (((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])+1);
#ifdef VAR_RANGES
		logval("node[Run:i].attempt[Run:r]", ((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ]));
#endif
		;
S_382_0: /* 2 */
		spin_assert((((int)now.starts[ Index(((((int)now.tickOf[ Index(((int)((P1 *)_this)->r), 7) ])*(2+1))+((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])), 9) ])==0), "(starts[((tickOf[r]*(2+1))+node[i].attempt[r])]==0)", II, tt, t);
S_383_0: /* 2 */
		now.starts[ Index(((now.tickOf[ Index(((P1 *)_this)->r, 7) ]*(2+1))+now.node[ Index(((P1 *)_this)->i, 2) ].attempt[ Index(((P1 *)_this)->r, 7) ]), 9) ] = (((int)now.starts[ Index(((((int)now.tickOf[ Index(((int)((P1 *)_this)->r), 7) ])*(2+1))+((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])), 9) ])+1);
#ifdef VAR_RANGES
		logval("starts[((tickOf[Run:r]*(2+1))+node[Run:i].attempt[Run:r])]", ((int)now.starts[ Index(((((int)now.tickOf[ Index(((int)((P1 *)_this)->r), 7) ])*(2+1))+((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])), 9) ]));
#endif
		;
		goto S_474_0;
S_474_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 22: // STATE 10 - docs/model/tick.pml:302 - [D_STEP302]
		if (!(boq == -1 && (now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==16)))
			continue;

		reached[1][10] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_386_0: /* 2 */
		if (!((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==16)))
			Uerror("block in d_step seq");
S_387_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 12;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 23: // STATE 24 - docs/model/tick.pml:303 - [D_STEP303]
		if (!(boq == -1 && ((((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==16)&&(((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])<2))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))&&(((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ]))))))
			continue;

		reached[1][24] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_389_0: /* 2 */
		if (!(((((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==16)&&(((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])<2))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))&&(((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ]))))))
			Uerror("block in d_step seq");
S_390_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 15;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
S_401_0: /* 2 */
S_391_0: /* 2 */
		((P1 *)_this)->w = ( ((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)) ? ((2*((int)((P1 *)_this)->i))) : (((2*((int)((P1 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
S_392_0: /* 2 */
		now.state[ Index(((P1 *)_this)->w, 4) ] = 3;
#ifdef VAR_RANGES
		logval("state[Run:w]", now.state[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_393_0: /* 2 */
		now.what[ Index(((P1 *)_this)->w, 4) ] = 9;
#ifdef VAR_RANGES
		logval("what[Run:w]", now.what[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_394_0: /* 2 */
		now.which[ Index(((P1 *)_this)->w, 4) ] = ((int)((P1 *)_this)->r);
#ifdef VAR_RANGES
		logval("which[Run:w]", ((int)now.which[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_395_0: /* 2 */
		now.condition[ Index(((P1 *)_this)->w, 4) ] = ((int)now.version);
#ifdef VAR_RANGES
		logval("condition[Run:w]", ((int)now.condition[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_396_0: /* 2 */
		now.tick[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[Run:w]", ((int)now.tick[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_397_0: /* 2 */
		now.newFence[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[Run:w]", ((int)now.newFence[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_398_0: /* 2 */
		now.byEpoch[ Index(((P1 *)_this)->w, 4) ] = ((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]);
#ifdef VAR_RANGES
		logval("byEpoch[Run:w]", ((int)now.byEpoch[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_399_0: /* 2 */
		now.isAwaited[ Index(((P1 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isAwaited[Run:w]", ((int)now.isAwaited[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_400_0: /* 2 */
		((P1 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
		goto S_474_0; /* ';' */
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 24: // STATE 48 - docs/model/tick.pml:307 - [D_STEP307]
		if (!(boq == -1 && (((((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==17)||(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==14))&&(((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])<2))&&(((int)now.stepdowns)<0))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			continue;

		reached[1][48] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_403_0: /* 2 */
		if (!((((((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==17)||(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==14))&&(((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ])<2))&&(((int)now.stepdowns)<0))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			Uerror("block in d_step seq");
S_404_0: /* 2 */
		now.stepdowns = (((int)now.stepdowns)+1);
#ifdef VAR_RANGES
		logval("stepdowns", ((int)now.stepdowns));
#endif
		;
S_405_0: /* 2 */
		now.epoch[ Index(((P1 *)_this)->i, 2) ] = 0;
#ifdef VAR_RANGES
		logval("epoch[Run:i]", ((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]));
#endif
		;
S_424_0: /* 2 */
S_406_0: /* 2 */
		if (!((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ])))))
			goto S_424_1;
S_407_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 13;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
S_418_0: /* 2 */
S_408_0: /* 2 */
		((P1 *)_this)->w = ( ((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)) ? ((2*((int)((P1 *)_this)->i))) : (((2*((int)((P1 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
S_409_0: /* 2 */
		now.state[ Index(((P1 *)_this)->w, 4) ] = 3;
#ifdef VAR_RANGES
		logval("state[Run:w]", now.state[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_410_0: /* 2 */
		now.what[ Index(((P1 *)_this)->w, 4) ] = 8;
#ifdef VAR_RANGES
		logval("what[Run:w]", now.what[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_411_0: /* 2 */
		now.which[ Index(((P1 *)_this)->w, 4) ] = ((int)((P1 *)_this)->r);
#ifdef VAR_RANGES
		logval("which[Run:w]", ((int)now.which[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_412_0: /* 2 */
		now.condition[ Index(((P1 *)_this)->w, 4) ] = ((int)now.version);
#ifdef VAR_RANGES
		logval("condition[Run:w]", ((int)now.condition[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_413_0: /* 2 */
		now.tick[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[Run:w]", ((int)now.tick[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_414_0: /* 2 */
		now.newFence[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[Run:w]", ((int)now.newFence[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_415_0: /* 2 */
		now.byEpoch[ Index(((P1 *)_this)->w, 4) ] = ((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]);
#ifdef VAR_RANGES
		logval("byEpoch[Run:w]", ((int)now.byEpoch[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_416_0: /* 2 */
		now.isAwaited[ Index(((P1 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isAwaited[Run:w]", ((int)now.isAwaited[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_417_0: /* 2 */
		((P1 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
		goto S_425_0;
S_424_1: /* 3 */
S_419_0: /* 2 */
		/* else */;
S_423_0: /* 2 */
S_420_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
S_421_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].fence[ Index(((P1 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Run:i].fence[Run:r]", ((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ]));
#endif
		;
S_422_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].attempt[ Index(((P1 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Run:i].attempt[Run:r]", ((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ]));
#endif
		;
		goto S_425_0;
		goto S_425_0;
S_424_2: /* 3 */
		Uerror("blocking sel in d_step (nr.9, near line 310)");
S_425_0: /* 2 */
		goto S_474_0; /* '.' */
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 25: // STATE 62 - docs/model/tick.pml:315 - [D_STEP315]
		if (!(boq == -1 && (((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==12)&&((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ])))||( !(((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ]))&&((int)now.hasLost[ Index(((int)((P1 *)_this)->r), 7) ]))))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			continue;

		reached[1][62] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_427_0: /* 2 */
		if (!((((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==12)&&((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ])))||( !(((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ]))&&((int)now.hasLost[ Index(((int)((P1 *)_this)->r), 7) ]))))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			Uerror("block in d_step seq");
S_428_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 11;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
S_439_0: /* 2 */
S_429_0: /* 2 */
		((P1 *)_this)->w = ( ((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)) ? ((2*((int)((P1 *)_this)->i))) : (((2*((int)((P1 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
S_430_0: /* 2 */
		now.state[ Index(((P1 *)_this)->w, 4) ] = 3;
#ifdef VAR_RANGES
		logval("state[Run:w]", now.state[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_431_0: /* 2 */
		now.what[ Index(((P1 *)_this)->w, 4) ] = 6;
#ifdef VAR_RANGES
		logval("what[Run:w]", now.what[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_432_0: /* 2 */
		now.which[ Index(((P1 *)_this)->w, 4) ] = ((int)((P1 *)_this)->r);
#ifdef VAR_RANGES
		logval("which[Run:w]", ((int)now.which[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_433_0: /* 2 */
		now.condition[ Index(((P1 *)_this)->w, 4) ] = ((int)now.version);
#ifdef VAR_RANGES
		logval("condition[Run:w]", ((int)now.condition[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_434_0: /* 2 */
		now.tick[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[Run:w]", ((int)now.tick[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_435_0: /* 2 */
		now.newFence[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[Run:w]", ((int)now.newFence[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_436_0: /* 2 */
		now.byEpoch[ Index(((P1 *)_this)->w, 4) ] = ((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]);
#ifdef VAR_RANGES
		logval("byEpoch[Run:w]", ((int)now.byEpoch[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_437_0: /* 2 */
		now.isAwaited[ Index(((P1 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isAwaited[Run:w]", ((int)now.isAwaited[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_438_0: /* 2 */
		((P1 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
		goto S_474_0; /* ';' */
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 26: // STATE 68 - docs/model/tick.pml:320 - [D_STEP320]
		if (!(boq == -1 && ((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==12)&& !(((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ])))||( !(((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ]))&&((int)now.hasLost[ Index(((int)((P1 *)_this)->r), 7) ])))))))
			continue;

		reached[1][68] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_441_0: /* 2 */
		if (!(((now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==12)&& !(((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P1 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ])))||( !(((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ]))&&((int)now.hasLost[ Index(((int)((P1 *)_this)->r), 7) ])))))))
			Uerror("block in d_step seq");
S_445_0: /* 2 */
S_442_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].hand[ Index(((P1 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Run:i].hand[Run:r]", now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]);
#endif
		;
S_443_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].fence[ Index(((P1 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Run:i].fence[Run:r]", ((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].fence[ Index(((int)((P1 *)_this)->r), 7) ]));
#endif
		;
S_444_0: /* 2 */
		now.node[ Index(((P1 *)_this)->i, 2) ].attempt[ Index(((P1 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Run:i].attempt[Run:r]", ((int)now.node[ Index(((int)((P1 *)_this)->i), 2) ].attempt[ Index(((int)((P1 *)_this)->r), 7) ]));
#endif
		;
		goto S_474_0; /* ';' */
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 27: // STATE 81 - docs/model/tick.pml:329 - [D_STEP329]
		if (!(boq == -1 && ((((((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ])>0)&&((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==18))&&(((int)now.epochOf[ Index(((int)((P1 *)_this)->r), 7) ])<=((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]))))&&((int)now.isReleased[ Index(((int)((P1 *)_this)->r), 7) ]))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			continue;

		reached[1][81] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_447_0: /* 2 */
		if (!(((((((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ])>0)&&((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==18))&&(((int)now.epochOf[ Index(((int)((P1 *)_this)->r), 7) ])<=((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]))))&&((int)now.isReleased[ Index(((int)((P1 *)_this)->r), 7) ]))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			Uerror("block in d_step seq");
S_458_0: /* 2 */
S_448_0: /* 2 */
		((P1 *)_this)->w = ( ((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)) ? ((2*((int)((P1 *)_this)->i))) : (((2*((int)((P1 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
S_449_0: /* 2 */
		now.state[ Index(((P1 *)_this)->w, 4) ] = 3;
#ifdef VAR_RANGES
		logval("state[Run:w]", now.state[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_450_0: /* 2 */
		now.what[ Index(((P1 *)_this)->w, 4) ] = 7;
#ifdef VAR_RANGES
		logval("what[Run:w]", now.what[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_451_0: /* 2 */
		now.which[ Index(((P1 *)_this)->w, 4) ] = ((int)((P1 *)_this)->r);
#ifdef VAR_RANGES
		logval("which[Run:w]", ((int)now.which[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_452_0: /* 2 */
		now.condition[ Index(((P1 *)_this)->w, 4) ] = ((int)now.version);
#ifdef VAR_RANGES
		logval("condition[Run:w]", ((int)now.condition[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_453_0: /* 2 */
		now.tick[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[Run:w]", ((int)now.tick[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_454_0: /* 2 */
		now.newFence[ Index(((P1 *)_this)->w, 4) ] = (((int)now.recordFence)+1);
#ifdef VAR_RANGES
		logval("newFence[Run:w]", ((int)now.newFence[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_455_0: /* 2 */
		now.byEpoch[ Index(((P1 *)_this)->w, 4) ] = ((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]);
#ifdef VAR_RANGES
		logval("byEpoch[Run:w]", ((int)now.byEpoch[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_456_0: /* 2 */
		now.isAwaited[ Index(((P1 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isAwaited[Run:w]", ((int)now.isAwaited[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_457_0: /* 2 */
		((P1 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
		goto S_474_0; /* ';' */
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 28: // STATE 94 - docs/model/tick.pml:330 - [D_STEP330]
		if (!(boq == -1 && ((((((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ])>0)&&((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==18))&&(((int)now.epochOf[ Index(((int)((P1 *)_this)->r), 7) ])<=((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]))))&& !(((int)now.isReleased[ Index(((int)((P1 *)_this)->r), 7) ])))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			continue;

		reached[1][94] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_460_0: /* 2 */
		if (!(((((((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ])>0)&&((((int)now.isNamed[ Index(((int)((P1 *)_this)->r), 7) ])&&(now.node[ Index(((int)((P1 *)_this)->i), 2) ].hand[ Index(((int)((P1 *)_this)->r), 7) ]==18))&&(((int)now.epochOf[ Index(((int)((P1 *)_this)->r), 7) ])<=((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]))))&& !(((int)now.isReleased[ Index(((int)((P1 *)_this)->r), 7) ])))&&( !((((((int)now.isAwaited[ Index((2*((int)((P1 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P1 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P1 *)_this)->i))+1), 4) ]==4))))))
			Uerror("block in d_step seq");
S_471_0: /* 2 */
S_461_0: /* 2 */
		((P1 *)_this)->w = ( ((now.state[ Index((2*((int)((P1 *)_this)->i)), 4) ]==4)) ? ((2*((int)((P1 *)_this)->i))) : (((2*((int)((P1 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
S_462_0: /* 2 */
		now.state[ Index(((P1 *)_this)->w, 4) ] = 3;
#ifdef VAR_RANGES
		logval("state[Run:w]", now.state[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_463_0: /* 2 */
		now.what[ Index(((P1 *)_this)->w, 4) ] = 5;
#ifdef VAR_RANGES
		logval("what[Run:w]", now.what[ Index(((int)((P1 *)_this)->w), 4) ]);
#endif
		;
S_464_0: /* 2 */
		now.which[ Index(((P1 *)_this)->w, 4) ] = ((int)((P1 *)_this)->r);
#ifdef VAR_RANGES
		logval("which[Run:w]", ((int)now.which[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_465_0: /* 2 */
		now.condition[ Index(((P1 *)_this)->w, 4) ] = ((int)now.version);
#ifdef VAR_RANGES
		logval("condition[Run:w]", ((int)now.condition[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_466_0: /* 2 */
		now.tick[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[Run:w]", ((int)now.tick[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_467_0: /* 2 */
		now.newFence[ Index(((P1 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[Run:w]", ((int)now.newFence[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_468_0: /* 2 */
		now.byEpoch[ Index(((P1 *)_this)->w, 4) ] = ((int)now.epoch[ Index(((int)((P1 *)_this)->i), 2) ]);
#ifdef VAR_RANGES
		logval("byEpoch[Run:w]", ((int)now.byEpoch[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_469_0: /* 2 */
		now.isAwaited[ Index(((P1 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isAwaited[Run:w]", ((int)now.isAwaited[ Index(((int)((P1 *)_this)->w), 4) ]));
#endif
		;
S_470_0: /* 2 */
		((P1 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Run:w", ((int)((P1 *)_this)->w));
#endif
		;
		goto S_474_0; /* ';' */
		goto S_474_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 29: // STATE 98 - docs/model/tick.pml:332 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[1][98] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Node */
	case 30: // STATE 5 - docs/model/tick.pml:234 - [D_STEP234]
		if (!(boq == -1 && ( !((((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ])>0))&&(((int)now.epochs)<((2+1)+0)))))
			continue;

		reached[0][5] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_000_0: /* 2 */
		if (!(( !((((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ])>0))&&(((int)now.epochs)<((2+1)+0)))))
			Uerror("block in d_step seq");
S_001_0: /* 2 */
		now.epochs = (((int)now.epochs)+1);
#ifdef VAR_RANGES
		logval("epochs", ((int)now.epochs));
#endif
		;
S_002_0: /* 2 */
		now.epoch[ Index(((P0 *)_this)->i, 2) ] = ((int)now.epochs);
#ifdef VAR_RANGES
		logval("epoch[Node:i]", ((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ]));
#endif
		;
S_003_0: /* 2 */
		watermark[ Index(((P0 *)_this)->i, 2) ] = ((int)now.lastTick);
#ifdef VAR_RANGES
		logval("watermark[Node:i]", ((int)watermark[ Index(((int)((P0 *)_this)->i), 2) ]));
#endif
		;
		goto S_376_0;
S_376_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 31: // STATE 9 - docs/model/tick.pml:235 - [D_STEP235]
		if (!(boq == -1 && ((((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ])>0)&&(((int)now.stepdowns)<0))))
			continue;

		reached[0][9] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_005_0: /* 2 */
		if (!(((((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ])>0)&&(((int)now.stepdowns)<0))))
			Uerror("block in d_step seq");
S_006_0: /* 2 */
		now.stepdowns = (((int)now.stepdowns)+1);
#ifdef VAR_RANGES
		logval("stepdowns", ((int)now.stepdowns));
#endif
		;
S_007_0: /* 2 */
		now.epoch[ Index(((P0 *)_this)->i, 2) ] = 0;
#ifdef VAR_RANGES
		logval("epoch[Node:i]", ((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ]));
#endif
		;
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 32: // STATE 76 - docs/model/tick.pml:244 - [D_STEP244]
		if (!(boq == -1 && (((((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ])>0)&&( !((((((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==4))))&&(((int)now.lastTick)<2))))
			continue;

		reached[0][76] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_009_0: /* 2 */
		if (!((((((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ])>0)&&( !((((((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]))||((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]))||((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])))&&((now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==4)||(now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==4))))&&(((int)now.lastTick)<2))))
			Uerror("block in d_step seq");
S_021_0: /* 2 */
S_010_0: /* 2 */
		((P0 *)_this)->inUse = 0;
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
S_011_0: /* 2 */
		((P0 *)_this)->k = 0;
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
S_018_0: /* 2 */
S_017_0: /* 2 */
S_012_0: /* 2 */
		if (!((((int)((P0 *)_this)->k)<((2+(2*2))+1))))
			goto S_017_1;
S_013_0: /* 2 */
		((P0 *)_this)->inUse = (((int)((P0 *)_this)->inUse)||(((int)now.isNamed[ Index(((int)((P0 *)_this)->k), 7) ])&&(now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->k), 7) ]==18)));
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
S_014_0: /* 2 */
		((P0 *)_this)->k = (((int)((P0 *)_this)->k)+1);
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
		goto S_018_0; /* ';' */
S_017_1: /* 3 */
S_015_0: /* 2 */
		/* else */;
S_016_0: /* 2 */
		goto S_020_0;	/* 'goto' */
S_017_2: /* 3 */
		Uerror("blocking sel in d_step (nr.10, near line 201)");
S_019_0: /* 2 */
		goto S_020_0;	/* 'break' */
S_020_0: /* 2 */
		((P0 *)_this)->k = 0;
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
		goto S_073_0;
S_073_0: /* 2 */
S_022_0: /* 2 */
		if (!( !(((int)((P0 *)_this)->inUse))))
			goto S_073_1;
S_058_0: /* 2 */
S_023_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_053_0: /* 2 */
S_052_0: /* 2 */
S_024_0: /* 2 */
		if (!((((int)((P0 *)_this)->r)<((2+(2*2))+1))))
			goto S_052_1;
S_025_0: /* 2 */
		((P0 *)_this)->inUse = ((((int)now.isNamed[ Index(((int)((P0 *)_this)->r), 7) ])||((int)now.hasRan[ Index(((int)((P0 *)_this)->r), 7) ]))||((int)now.hasLost[ Index(((int)((P0 *)_this)->r), 7) ]));
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
S_026_0: /* 2 */
		((P0 *)_this)->k = 0;
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
S_033_0: /* 2 */
S_032_0: /* 2 */
S_027_0: /* 2 */
		if (!((((int)((P0 *)_this)->k)<2)))
			goto S_032_1;
S_028_0: /* 2 */
		((P0 *)_this)->inUse = (((int)((P0 *)_this)->inUse)||(now.node[ Index(((int)((P0 *)_this)->k), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]!=18));
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
S_029_0: /* 2 */
		((P0 *)_this)->k = (((int)((P0 *)_this)->k)+1);
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
		goto S_033_0; /* ';' */
S_032_1: /* 3 */
S_030_0: /* 2 */
		/* else */;
S_031_0: /* 2 */
		goto S_035_0;	/* 'goto' */
S_032_2: /* 3 */
		Uerror("blocking sel in d_step (nr.11, near line 179)");
S_034_0: /* 2 */
		goto S_035_0;	/* 'break' */
S_035_0: /* 2 */
		((P0 *)_this)->k = 0;
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
S_042_0: /* 2 */
S_041_0: /* 2 */
S_036_0: /* 2 */
		if (!((((int)((P0 *)_this)->k)<(2*2))))
			goto S_041_1;
S_037_0: /* 2 */
		((P0 *)_this)->inUse = (((int)((P0 *)_this)->inUse)||((now.state[ Index(((int)((P0 *)_this)->k), 4) ]!=4)&&(((int)now.which[ Index(((int)((P0 *)_this)->k), 4) ])==((int)((P0 *)_this)->r))));
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
S_038_0: /* 2 */
		((P0 *)_this)->k = (((int)((P0 *)_this)->k)+1);
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
		goto S_042_0; /* ';' */
S_041_1: /* 3 */
S_039_0: /* 2 */
		/* else */;
S_040_0: /* 2 */
		goto S_048_0;	/* 'goto' */
S_041_2: /* 3 */
		Uerror("blocking sel in d_step (nr.12, near line 184)");
S_043_0: /* 2 */
		goto S_048_0;	/* 'break' */
S_048_0: /* 2 */
S_044_0: /* 2 */
		if (!(((int)((P0 *)_this)->inUse)))
			goto S_048_1;
S_045_0: /* 2 */
		((P0 *)_this)->r = (((int)((P0 *)_this)->r)+1);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_049_0;
S_048_1: /* 3 */
S_046_0: /* 2 */
		/* else */;
S_047_0: /* 2 */
		goto S_055_0;	/* 'goto' */
S_048_2: /* 3 */
		Uerror("blocking sel in d_step (nr.13, near line 188)");
S_049_0: /* 2 */
		goto S_053_0; /* '.' */
		goto S_053_0; /* ';' */
S_052_1: /* 3 */
S_050_0: /* 2 */
		/* else */;
S_051_0: /* 2 */
		goto S_055_0;	/* 'goto' */
		goto S_053_0; /* ';' */
S_052_2: /* 3 */
		Uerror("blocking sel in d_step (nr.14, near line 175)");
S_054_0: /* 2 */
		goto S_055_0;	/* 'break' */
S_055_0: /* 2 */
		((P0 *)_this)->k = 0;
#ifdef VAR_RANGES
		logval("Node:k", ((int)((P0 *)_this)->k));
#endif
		;
S_056_0: /* 2 */
		((P0 *)_this)->inUse = 0;
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
S_057_0: /* 2 */
		spin_assert((((int)((P0 *)_this)->r)<((2+(2*2))+1)), "(r<((2+(2*2))+1))", II, tt, t);
		goto S_069_0;
S_069_0: /* 2 */
S_059_0: /* 2 */
		((P0 *)_this)->w = ( ((now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==4)) ? ((2*((int)((P0 *)_this)->i))) : (((2*((int)((P0 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Node:w", ((int)((P0 *)_this)->w));
#endif
		;
S_060_0: /* 2 */
		now.state[ Index(((P0 *)_this)->w, 4) ] = 3;
#ifdef VAR_RANGES
		logval("state[Node:w]", now.state[ Index(((int)((P0 *)_this)->w), 4) ]);
#endif
		;
S_061_0: /* 2 */
		now.what[ Index(((P0 *)_this)->w, 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[Node:w]", now.what[ Index(((int)((P0 *)_this)->w), 4) ]);
#endif
		;
S_062_0: /* 2 */
		now.which[ Index(((P0 *)_this)->w, 4) ] = ((int)((P0 *)_this)->r);
#ifdef VAR_RANGES
		logval("which[Node:w]", ((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_063_0: /* 2 */
		now.condition[ Index(((P0 *)_this)->w, 4) ] = ((int)now.version);
#ifdef VAR_RANGES
		logval("condition[Node:w]", ((int)now.condition[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_064_0: /* 2 */
		now.tick[ Index(((P0 *)_this)->w, 4) ] = (((int)now.lastTick)+1);
#ifdef VAR_RANGES
		logval("tick[Node:w]", ((int)now.tick[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_065_0: /* 2 */
		now.newFence[ Index(((P0 *)_this)->w, 4) ] = (((int)now.recordFence)+1);
#ifdef VAR_RANGES
		logval("newFence[Node:w]", ((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_066_0: /* 2 */
		now.byEpoch[ Index(((P0 *)_this)->w, 4) ] = ((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ]);
#ifdef VAR_RANGES
		logval("byEpoch[Node:w]", ((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_067_0: /* 2 */
		now.isAwaited[ Index(((P0 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isAwaited[Node:w]", ((int)now.isAwaited[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_068_0: /* 2 */
		((P0 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Node:w", ((int)((P0 *)_this)->w));
#endif
		;
		goto S_070_0;
S_070_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_074_0;
S_073_1: /* 3 */
S_071_0: /* 2 */
		/* else */;
S_072_0: /* 2 */
		((P0 *)_this)->inUse = 0;
#ifdef VAR_RANGES
		logval("Node:inUse", ((int)((P0 *)_this)->inUse));
#endif
		;
		goto S_074_0;
S_073_2: /* 3 */
		Uerror("blocking sel in d_step (nr.15, near line 247)");
S_074_0: /* 2 */
		goto S_376_0; /* '.' */
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 33: // STATE 124 - docs/model/tick.pml:255 - [D_STEP255]
		if (!(boq == -1 && (((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])&&(now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==2))))
			continue;

		reached[0][124] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_076_0: /* 2 */
		if (!((((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])&&(now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==2))))
			Uerror("block in d_step seq");
S_122_0: /* 2 */
S_077_0: /* 2 */
		((P0 *)_this)->r = ((int)now.which[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_103_0: /* 2 */
S_078_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==10)&&1)))
			goto S_103_1;
S_079_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_080_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_081_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_104_0;
S_103_1: /* 3 */
S_082_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==7)&&1)))
			goto S_103_2;
S_083_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_084_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_085_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = ((int)now.attempted[ Index(((int)((P0 *)_this)->r), 7) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_104_0;
S_103_2: /* 3 */
S_086_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==9)&&1)))
			goto S_103_3;
S_087_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 14;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_104_0;
S_103_3: /* 3 */
S_088_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==9)&& !(1))))
			goto S_103_4;
S_089_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = ( ((((int)now.isNamed[ Index(((int)((P0 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P0 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ])))) ? (16) : (12) );
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_104_0;
S_103_4: /* 3 */
S_090_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==8)))
			goto S_103_5;
S_094_0: /* 2 */
S_091_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_092_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_093_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_104_0;
		goto S_104_0;
S_103_5: /* 3 */
S_095_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==6)&&1)))
			goto S_103_6;
S_099_0: /* 2 */
S_096_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_097_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_098_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_104_0;
		goto S_104_0;
S_103_6: /* 3 */
S_100_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==6)&& !(1))))
			goto S_103_7;
S_101_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 12;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_104_0;
S_103_7: /* 3 */
S_102_0: /* 2 */
		/* else */;
		goto S_104_0;
S_103_8: /* 3 */
		Uerror("blocking sel in d_step (nr.16, near line 134)");
S_104_0: /* 2 */
S_105_0: /* 2 */
		now.isOpen[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Node:i)]", ((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_106_0: /* 2 */
		now.isAwaited[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Node:i)]", ((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_119_0: /* 2 */
S_107_0: /* 2 */
		if (!((now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]!=3)))
			goto S_119_1;
S_117_0: /* 2 */
S_108_0: /* 2 */
		now.state[ Index((2*((P0 *)_this)->i), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[(2*Node:i)]", now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#endif
		;
S_109_0: /* 2 */
		now.what[ Index((2*((P0 *)_this)->i), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[(2*Node:i)]", now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#endif
		;
S_110_0: /* 2 */
		now.which[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[(2*Node:i)]", ((int)now.which[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_111_0: /* 2 */
		now.condition[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[(2*Node:i)]", ((int)now.condition[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_112_0: /* 2 */
		now.tick[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[(2*Node:i)]", ((int)now.tick[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_113_0: /* 2 */
		now.newFence[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[(2*Node:i)]", ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_114_0: /* 2 */
		now.byEpoch[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[(2*Node:i)]", ((int)now.byEpoch[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_115_0: /* 2 */
		now.isAwaited[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Node:i)]", ((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_116_0: /* 2 */
		now.isOpen[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Node:i)]", ((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
		goto S_120_0;
S_119_1: /* 3 */
S_118_0: /* 2 */
		/* else */;
		goto S_120_0;
S_119_2: /* 3 */
		Uerror("blocking sel in d_step (nr.17, near line 156)");
S_120_0: /* 2 */
S_121_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_376_0; /* ';' */
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 34: // STATE 172 - docs/model/tick.pml:256 - [D_STEP256]
		if (!(boq == -1 && (((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])&&(now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==2))))
			continue;

		reached[0][172] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_124_0: /* 2 */
		if (!((((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])&&(now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==2))))
			Uerror("block in d_step seq");
S_170_0: /* 2 */
S_125_0: /* 2 */
		((P0 *)_this)->r = ((int)now.which[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_151_0: /* 2 */
S_126_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==10)&&1)))
			goto S_151_1;
S_127_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_128_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_129_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_152_0;
S_151_1: /* 3 */
S_130_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==7)&&1)))
			goto S_151_2;
S_131_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_132_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_133_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = ((int)now.attempted[ Index(((int)((P0 *)_this)->r), 7) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_152_0;
S_151_2: /* 3 */
S_134_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==9)&&1)))
			goto S_151_3;
S_135_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 14;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_152_0;
S_151_3: /* 3 */
S_136_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==9)&& !(1))))
			goto S_151_4;
S_137_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = ( ((((int)now.isNamed[ Index(((int)((P0 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P0 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ])))) ? (16) : (12) );
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_152_0;
S_151_4: /* 3 */
S_138_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==8)))
			goto S_151_5;
S_142_0: /* 2 */
S_139_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_140_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_141_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_152_0;
		goto S_152_0;
S_151_5: /* 3 */
S_143_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==6)&&1)))
			goto S_151_6;
S_147_0: /* 2 */
S_144_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_145_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_146_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_152_0;
		goto S_152_0;
S_151_6: /* 3 */
S_148_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==6)&& !(1))))
			goto S_151_7;
S_149_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 12;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_152_0;
S_151_7: /* 3 */
S_150_0: /* 2 */
		/* else */;
		goto S_152_0;
S_151_8: /* 3 */
		Uerror("blocking sel in d_step (nr.18, near line 134)");
S_152_0: /* 2 */
S_153_0: /* 2 */
		now.isOpen[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Node:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_154_0: /* 2 */
		now.isAwaited[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Node:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_167_0: /* 2 */
S_155_0: /* 2 */
		if (!((now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]!=3)))
			goto S_167_1;
S_165_0: /* 2 */
S_156_0: /* 2 */
		now.state[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[((2*Node:i)+1)]", now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#endif
		;
S_157_0: /* 2 */
		now.what[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[((2*Node:i)+1)]", now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#endif
		;
S_158_0: /* 2 */
		now.which[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[((2*Node:i)+1)]", ((int)now.which[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_159_0: /* 2 */
		now.condition[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[((2*Node:i)+1)]", ((int)now.condition[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_160_0: /* 2 */
		now.tick[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[((2*Node:i)+1)]", ((int)now.tick[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_161_0: /* 2 */
		now.newFence[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[((2*Node:i)+1)]", ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_162_0: /* 2 */
		now.byEpoch[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[((2*Node:i)+1)]", ((int)now.byEpoch[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_163_0: /* 2 */
		now.isAwaited[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Node:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_164_0: /* 2 */
		now.isOpen[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Node:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
		goto S_168_0;
S_167_1: /* 3 */
S_166_0: /* 2 */
		/* else */;
		goto S_168_0;
S_167_2: /* 3 */
		Uerror("blocking sel in d_step (nr.19, near line 156)");
S_168_0: /* 2 */
S_169_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_376_0; /* ';' */
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 35: // STATE 220 - docs/model/tick.pml:257 - [D_STEP257]
		if (!(boq == -1 && (((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])&&(now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==1))))
			continue;

		reached[0][220] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_172_0: /* 2 */
		if (!((((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])&&(now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]==1))))
			Uerror("block in d_step seq");
S_218_0: /* 2 */
S_173_0: /* 2 */
		((P0 *)_this)->r = ((int)now.which[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_199_0: /* 2 */
S_174_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==10)&&0)))
			goto S_199_1;
S_175_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_176_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_177_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_200_0;
S_199_1: /* 3 */
S_178_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==7)&&0)))
			goto S_199_2;
S_179_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_180_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_181_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = ((int)now.attempted[ Index(((int)((P0 *)_this)->r), 7) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_200_0;
S_199_2: /* 3 */
S_182_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==9)&&0)))
			goto S_199_3;
S_183_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 14;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_200_0;
S_199_3: /* 3 */
S_184_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==9)&& !(0))))
			goto S_199_4;
S_185_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = ( ((((int)now.isNamed[ Index(((int)((P0 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P0 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ])))) ? (16) : (12) );
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_200_0;
S_199_4: /* 3 */
S_186_0: /* 2 */
		if (!((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==8)))
			goto S_199_5;
S_190_0: /* 2 */
S_187_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_188_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_189_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_200_0;
		goto S_200_0;
S_199_5: /* 3 */
S_191_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==6)&&0)))
			goto S_199_6;
S_195_0: /* 2 */
S_192_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_193_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_194_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_200_0;
		goto S_200_0;
S_199_6: /* 3 */
S_196_0: /* 2 */
		if (!(((now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]==6)&& !(0))))
			goto S_199_7;
S_197_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 12;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_200_0;
S_199_7: /* 3 */
S_198_0: /* 2 */
		/* else */;
		goto S_200_0;
S_199_8: /* 3 */
		Uerror("blocking sel in d_step (nr.20, near line 134)");
S_200_0: /* 2 */
S_201_0: /* 2 */
		now.isOpen[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Node:i)]", ((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_202_0: /* 2 */
		now.isAwaited[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Node:i)]", ((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_215_0: /* 2 */
S_203_0: /* 2 */
		if (!((now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]!=3)))
			goto S_215_1;
S_213_0: /* 2 */
S_204_0: /* 2 */
		now.state[ Index((2*((P0 *)_this)->i), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[(2*Node:i)]", now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#endif
		;
S_205_0: /* 2 */
		now.what[ Index((2*((P0 *)_this)->i), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[(2*Node:i)]", now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#endif
		;
S_206_0: /* 2 */
		now.which[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[(2*Node:i)]", ((int)now.which[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_207_0: /* 2 */
		now.condition[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[(2*Node:i)]", ((int)now.condition[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_208_0: /* 2 */
		now.tick[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[(2*Node:i)]", ((int)now.tick[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_209_0: /* 2 */
		now.newFence[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[(2*Node:i)]", ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_210_0: /* 2 */
		now.byEpoch[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[(2*Node:i)]", ((int)now.byEpoch[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_211_0: /* 2 */
		now.isAwaited[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Node:i)]", ((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_212_0: /* 2 */
		now.isOpen[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Node:i)]", ((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
		goto S_216_0;
S_215_1: /* 3 */
S_214_0: /* 2 */
		/* else */;
		goto S_216_0;
S_215_2: /* 3 */
		Uerror("blocking sel in d_step (nr.21, near line 156)");
S_216_0: /* 2 */
S_217_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_376_0; /* ';' */
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 36: // STATE 268 - docs/model/tick.pml:258 - [D_STEP258]
		if (!(boq == -1 && (((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])&&(now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==1))))
			continue;

		reached[0][268] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_220_0: /* 2 */
		if (!((((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])&&(now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==1))))
			Uerror("block in d_step seq");
S_266_0: /* 2 */
S_221_0: /* 2 */
		((P0 *)_this)->r = ((int)now.which[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_247_0: /* 2 */
S_222_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==10)&&0)))
			goto S_247_1;
S_223_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_224_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_225_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_248_0;
S_247_1: /* 3 */
S_226_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==7)&&0)))
			goto S_247_2;
S_227_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_228_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_229_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = ((int)now.attempted[ Index(((int)((P0 *)_this)->r), 7) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_248_0;
S_247_2: /* 3 */
S_230_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==9)&&0)))
			goto S_247_3;
S_231_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 14;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_248_0;
S_247_3: /* 3 */
S_232_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==9)&& !(0))))
			goto S_247_4;
S_233_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = ( ((((int)now.isNamed[ Index(((int)((P0 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P0 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ])))) ? (16) : (12) );
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_248_0;
S_247_4: /* 3 */
S_234_0: /* 2 */
		if (!((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==8)))
			goto S_247_5;
S_238_0: /* 2 */
S_235_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_236_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_237_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_248_0;
		goto S_248_0;
S_247_5: /* 3 */
S_239_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==6)&&0)))
			goto S_247_6;
S_243_0: /* 2 */
S_240_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_241_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_242_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_248_0;
		goto S_248_0;
S_247_6: /* 3 */
S_244_0: /* 2 */
		if (!(((now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]==6)&& !(0))))
			goto S_247_7;
S_245_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 12;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_248_0;
S_247_7: /* 3 */
S_246_0: /* 2 */
		/* else */;
		goto S_248_0;
S_247_8: /* 3 */
		Uerror("blocking sel in d_step (nr.22, near line 134)");
S_248_0: /* 2 */
S_249_0: /* 2 */
		now.isOpen[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Node:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_250_0: /* 2 */
		now.isAwaited[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Node:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_263_0: /* 2 */
S_251_0: /* 2 */
		if (!((now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]!=3)))
			goto S_263_1;
S_261_0: /* 2 */
S_252_0: /* 2 */
		now.state[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[((2*Node:i)+1)]", now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#endif
		;
S_253_0: /* 2 */
		now.what[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[((2*Node:i)+1)]", now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#endif
		;
S_254_0: /* 2 */
		now.which[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[((2*Node:i)+1)]", ((int)now.which[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_255_0: /* 2 */
		now.condition[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[((2*Node:i)+1)]", ((int)now.condition[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_256_0: /* 2 */
		now.tick[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[((2*Node:i)+1)]", ((int)now.tick[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_257_0: /* 2 */
		now.newFence[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[((2*Node:i)+1)]", ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_258_0: /* 2 */
		now.byEpoch[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[((2*Node:i)+1)]", ((int)now.byEpoch[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_259_0: /* 2 */
		now.isAwaited[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Node:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_260_0: /* 2 */
		now.isOpen[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Node:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
		goto S_264_0;
S_263_1: /* 3 */
S_262_0: /* 2 */
		/* else */;
		goto S_264_0;
S_263_2: /* 3 */
		Uerror("blocking sel in d_step (nr.23, near line 156)");
S_264_0: /* 2 */
S_265_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_376_0; /* ';' */
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 37: // STATE 275 - docs/model/tick.pml:259 - [D_STEP259]
		if (!(boq == -1 && ((((int)now.losses)<1)&&(((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])))))
			continue;

		reached[0][275] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_268_0: /* 2 */
		if (!(((((int)now.losses)<1)&&(((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])||((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ])))))
			Uerror("block in d_step seq");
S_269_0: /* 2 */
		now.losses = (((int)now.losses)+1);
#ifdef VAR_RANGES
		logval("losses", ((int)now.losses));
#endif
		;
S_270_0: /* 2 */
		((P0 *)_this)->w = ( (((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ])) ? ((2*((int)((P0 *)_this)->i))) : (((2*((int)((P0 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Node:w", ((int)((P0 *)_this)->w));
#endif
		;
S_271_0: /* 2 */
		now.isAwaited[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[Node:w]", ((int)now.isAwaited[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_272_0: /* 2 */
		now.isOpen[ Index(((P0 *)_this)->w, 4) ] = 1;
#ifdef VAR_RANGES
		logval("isOpen[Node:w]", ((int)now.isOpen[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_273_0: /* 2 */
		((P0 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Node:w", ((int)((P0 *)_this)->w));
#endif
		;
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 38: // STATE 325 - docs/model/tick.pml:265 - [D_STEP265]
		if (!(boq == -1 && (((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ])||((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]))))
			continue;

		reached[0][325] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_275_0: /* 2 */
		if (!((((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ])||((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]))))
			Uerror("block in d_step seq");
S_276_0: /* 2 */
		((P0 *)_this)->w = ( (((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ])) ? ((2*((int)((P0 *)_this)->i))) : (((2*((int)((P0 *)_this)->i))+1)) );
#ifdef VAR_RANGES
		logval("Node:w", ((int)((P0 *)_this)->w));
#endif
		;
S_322_0: /* 2 */
S_277_0: /* 2 */
		((P0 *)_this)->r = ((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_303_0: /* 2 */
S_278_0: /* 2 */
		if (!(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&(((((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))||((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))&&(((int)now.fenceOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ])))&&(((int)now.epochOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]))))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&((int)now.isNoted[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)&&((int)now.isReleased[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !(((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))&&((int)now.hasRan[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==5)&&((int)now.hasLost[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))))))
			goto S_303_1;
S_279_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_280_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_281_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_304_0;
S_303_1: /* 3 */
S_282_0: /* 2 */
		if (!(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&(((((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))||((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))&&(((int)now.fenceOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ])))&&(((int)now.epochOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]))))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&((int)now.isNoted[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)&&((int)now.isReleased[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !(((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))&&((int)now.hasRan[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==5)&&((int)now.hasLost[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))))))
			goto S_303_2;
S_283_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 17;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_284_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = ((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_285_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = ((int)now.attempted[ Index(((int)((P0 *)_this)->r), 7) ]);
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_304_0;
S_303_2: /* 3 */
S_286_0: /* 2 */
		if (!(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&(((((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))||((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))&&(((int)now.fenceOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ])))&&(((int)now.epochOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]))))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&((int)now.isNoted[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)&&((int)now.isReleased[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !(((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))&&((int)now.hasRan[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==5)&&((int)now.hasLost[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))))))
			goto S_303_3;
S_287_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 14;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_304_0;
S_303_3: /* 3 */
S_288_0: /* 2 */
		if (!(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&& !((((((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))||((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))&&(((int)now.fenceOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ])))&&(((int)now.epochOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]))))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&((int)now.isNoted[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)&&((int)now.isReleased[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !(((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))&&((int)now.hasRan[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==5)&&((int)now.hasLost[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))))))
			goto S_303_4;
S_289_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = ( ((((int)now.isNamed[ Index(((int)((P0 *)_this)->r), 7) ])&&(((int)now.fenceOf[ Index(((int)((P0 *)_this)->r), 7) ])==((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ])))) ? (16) : (12) );
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_304_0;
S_303_4: /* 3 */
S_290_0: /* 2 */
		if (!((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)))
			goto S_303_5;
S_294_0: /* 2 */
S_291_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_292_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_293_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_304_0;
		goto S_304_0;
S_303_5: /* 3 */
S_295_0: /* 2 */
		if (!(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&&(((((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))||((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))&&(((int)now.fenceOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ])))&&(((int)now.epochOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]))))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&((int)now.isNoted[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)&&((int)now.isReleased[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !(((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))&&((int)now.hasRan[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==5)&&((int)now.hasLost[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))))))
			goto S_303_6;
S_299_0: /* 2 */
S_296_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_297_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_298_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_304_0;
		goto S_304_0;
S_303_6: /* 3 */
S_300_0: /* 2 */
		if (!(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !((((((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==10)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))||((((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==7)&&((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ]))&&(((int)now.fenceOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ])))&&(((int)now.epochOf[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])==((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]))))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==9)&&((int)now.isNoted[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==8)&&((int)now.isReleased[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||(((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==6)&& !(((int)now.isNamed[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))&&((int)now.hasRan[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))||((now.what[ Index(((int)((P0 *)_this)->w), 4) ]==5)&&((int)now.hasLost[ Index(((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]), 7) ])))))))
			goto S_303_7;
S_301_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 12;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
		goto S_304_0;
S_303_7: /* 3 */
S_302_0: /* 2 */
		/* else */;
		goto S_304_0;
S_303_8: /* 3 */
		Uerror("blocking sel in d_step (nr.24, near line 134)");
S_304_0: /* 2 */
S_305_0: /* 2 */
		now.isOpen[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[Node:w]", ((int)now.isOpen[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_306_0: /* 2 */
		now.isAwaited[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[Node:w]", ((int)now.isAwaited[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_319_0: /* 2 */
S_307_0: /* 2 */
		if (!((now.state[ Index(((int)((P0 *)_this)->w), 4) ]!=3)))
			goto S_319_1;
S_317_0: /* 2 */
S_308_0: /* 2 */
		now.state[ Index(((P0 *)_this)->w, 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[Node:w]", now.state[ Index(((int)((P0 *)_this)->w), 4) ]);
#endif
		;
S_309_0: /* 2 */
		now.what[ Index(((P0 *)_this)->w, 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[Node:w]", now.what[ Index(((int)((P0 *)_this)->w), 4) ]);
#endif
		;
S_310_0: /* 2 */
		now.which[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[Node:w]", ((int)now.which[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_311_0: /* 2 */
		now.condition[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[Node:w]", ((int)now.condition[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_312_0: /* 2 */
		now.tick[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[Node:w]", ((int)now.tick[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_313_0: /* 2 */
		now.newFence[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[Node:w]", ((int)now.newFence[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_314_0: /* 2 */
		now.byEpoch[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[Node:w]", ((int)now.byEpoch[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_315_0: /* 2 */
		now.isAwaited[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[Node:w]", ((int)now.isAwaited[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
S_316_0: /* 2 */
		now.isOpen[ Index(((P0 *)_this)->w, 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[Node:w]", ((int)now.isOpen[ Index(((int)((P0 *)_this)->w), 4) ]));
#endif
		;
		goto S_320_0;
S_319_1: /* 3 */
S_318_0: /* 2 */
		/* else */;
		goto S_320_0;
S_319_2: /* 3 */
		Uerror("blocking sel in d_step (nr.25, near line 156)");
S_320_0: /* 2 */
S_321_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_323_0;
S_323_0: /* 2 */
		((P0 *)_this)->w = 0;
#ifdef VAR_RANGES
		logval("Node:w", ((int)((P0 *)_this)->w));
#endif
		;
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 39: // STATE 375 - docs/model/tick.pml:272 - [D_STEP272]
		if (!(boq == -1 && (((int)now.crashes)<1)))
			continue;

		reached[0][375] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_325_0: /* 2 */
		if (!((((int)now.crashes)<1)))
			Uerror("block in d_step seq");
S_326_0: /* 2 */
		now.crashes = (((int)now.crashes)+1);
#ifdef VAR_RANGES
		logval("crashes", ((int)now.crashes));
#endif
		;
S_327_0: /* 2 */
		now.epoch[ Index(((P0 *)_this)->i, 2) ] = 0;
#ifdef VAR_RANGES
		logval("epoch[Node:i]", ((int)now.epoch[ Index(((int)((P0 *)_this)->i), 2) ]));
#endif
		;
S_328_0: /* 2 */
		watermark[ Index(((P0 *)_this)->i, 2) ] = 0;
#ifdef VAR_RANGES
		logval("watermark[Node:i]", ((int)watermark[ Index(((int)((P0 *)_this)->i), 2) ]));
#endif
		;
S_329_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_339_0: /* 2 */
S_338_0: /* 2 */
S_330_0: /* 2 */
		if (!((((int)((P0 *)_this)->r)<((2+(2*2))+1))))
			goto S_338_1;
S_334_0: /* 2 */
S_331_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].hand[ Index(((P0 *)_this)->r, 7) ] = 18;
#ifdef VAR_RANGES
		logval("node[Node:i].hand[Node:r]", now.node[ Index(((int)((P0 *)_this)->i), 2) ].hand[ Index(((int)((P0 *)_this)->r), 7) ]);
#endif
		;
S_332_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].fence[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].fence[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].fence[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
S_333_0: /* 2 */
		now.node[ Index(((P0 *)_this)->i, 2) ].attempt[ Index(((P0 *)_this)->r, 7) ] = 0;
#ifdef VAR_RANGES
		logval("node[Node:i].attempt[Node:r]", ((int)now.node[ Index(((int)((P0 *)_this)->i), 2) ].attempt[ Index(((int)((P0 *)_this)->r), 7) ]));
#endif
		;
		goto S_335_0;
S_335_0: /* 2 */
		((P0 *)_this)->r = (((int)((P0 *)_this)->r)+1);
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
		goto S_339_0; /* ';' */
S_338_1: /* 3 */
S_336_0: /* 2 */
		/* else */;
S_337_0: /* 2 */
		goto S_341_0;	/* 'goto' */
S_338_2: /* 3 */
		Uerror("blocking sel in d_step (nr.26, near line 277)");
S_340_0: /* 2 */
		goto S_341_0;	/* 'break' */
S_341_0: /* 2 */
		((P0 *)_this)->r = 0;
#ifdef VAR_RANGES
		logval("Node:r", ((int)((P0 *)_this)->r));
#endif
		;
S_342_0: /* 2 */
		now.isAwaited[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Node:i)]", ((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_343_0: /* 2 */
		now.isOpen[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Node:i)]", ((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_344_0: /* 2 */
		now.isAwaited[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Node:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_345_0: /* 2 */
		now.isOpen[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Node:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_358_0: /* 2 */
S_346_0: /* 2 */
		if (!((now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]!=3)))
			goto S_358_1;
S_356_0: /* 2 */
S_347_0: /* 2 */
		now.state[ Index((2*((P0 *)_this)->i), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[(2*Node:i)]", now.state[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#endif
		;
S_348_0: /* 2 */
		now.what[ Index((2*((P0 *)_this)->i), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[(2*Node:i)]", now.what[ Index((2*((int)((P0 *)_this)->i)), 4) ]);
#endif
		;
S_349_0: /* 2 */
		now.which[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[(2*Node:i)]", ((int)now.which[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_350_0: /* 2 */
		now.condition[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[(2*Node:i)]", ((int)now.condition[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_351_0: /* 2 */
		now.tick[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[(2*Node:i)]", ((int)now.tick[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_352_0: /* 2 */
		now.newFence[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[(2*Node:i)]", ((int)now.newFence[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_353_0: /* 2 */
		now.byEpoch[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[(2*Node:i)]", ((int)now.byEpoch[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_354_0: /* 2 */
		now.isAwaited[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[(2*Node:i)]", ((int)now.isAwaited[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
S_355_0: /* 2 */
		now.isOpen[ Index((2*((P0 *)_this)->i), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[(2*Node:i)]", ((int)now.isOpen[ Index((2*((int)((P0 *)_this)->i)), 4) ]));
#endif
		;
		goto S_359_0;
S_358_1: /* 3 */
S_357_0: /* 2 */
		/* else */;
		goto S_359_0;
S_358_2: /* 3 */
		Uerror("blocking sel in d_step (nr.27, near line 283)");
S_359_0: /* 2 */
S_372_0: /* 2 */
S_360_0: /* 2 */
		if (!((now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]!=3)))
			goto S_372_1;
S_370_0: /* 2 */
S_361_0: /* 2 */
		now.state[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 4;
#ifdef VAR_RANGES
		logval("state[((2*Node:i)+1)]", now.state[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#endif
		;
S_362_0: /* 2 */
		now.what[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 10;
#ifdef VAR_RANGES
		logval("what[((2*Node:i)+1)]", now.what[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]);
#endif
		;
S_363_0: /* 2 */
		now.which[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("which[((2*Node:i)+1)]", ((int)now.which[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_364_0: /* 2 */
		now.condition[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("condition[((2*Node:i)+1)]", ((int)now.condition[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_365_0: /* 2 */
		now.tick[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("tick[((2*Node:i)+1)]", ((int)now.tick[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_366_0: /* 2 */
		now.newFence[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("newFence[((2*Node:i)+1)]", ((int)now.newFence[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_367_0: /* 2 */
		now.byEpoch[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("byEpoch[((2*Node:i)+1)]", ((int)now.byEpoch[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_368_0: /* 2 */
		now.isAwaited[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isAwaited[((2*Node:i)+1)]", ((int)now.isAwaited[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
S_369_0: /* 2 */
		now.isOpen[ Index(((2*((P0 *)_this)->i)+1), 4) ] = 0;
#ifdef VAR_RANGES
		logval("isOpen[((2*Node:i)+1)]", ((int)now.isOpen[ Index(((2*((int)((P0 *)_this)->i))+1), 4) ]));
#endif
		;
		goto S_373_0;
S_372_1: /* 3 */
S_371_0: /* 2 */
		/* else */;
		goto S_373_0;
S_372_2: /* 3 */
		Uerror("blocking sel in d_step (nr.28, near line 287)");
S_373_0: /* 2 */
		goto S_376_0; /* '.' */
		goto S_376_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 40: // STATE 379 - docs/model/tick.pml:293 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[0][379] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */
	case  _T5:	/* np_ */
		if (!((!(trpt->o_pm&4) && !(trpt->tau&128))))
			continue;
		/* else fall through */
	case  _T2:	/* true */
		_m = 3; goto P999;
#undef rand
	}

