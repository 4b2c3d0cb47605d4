/** Numbers of a call of the kernel: for x64 and arm64, undefined where there is no such call. */
export type Numbers = readonly [x64: number | undefined, arm64: number | undefined]

/** Calls that no reader needs, and what asking for one is answered. */
export interface Refused {
  /** `ENOSYS` where libraries have another way when the kernel does not know the call. */
  answer: 'EPERM' | 'ENOSYS'
  calls: Readonly<Record<string, Numbers>>
}

/**
 * What a reader of files has no use for, and who gets out of one has: each group is a part of the
 * kernel in which holes were found by processes without any privilege.
 */
export const REFUSED: Readonly<Record<string, Refused>> = {
  'a world of its own, in which it is root': {
    answer: 'EPERM',
    calls: { unshare: [272, 97], setns: [308, 268], chroot: [161, 51], pivot_root: [155, 41] },
  },
  // What it is to do lies in memory, where no filter can look.
  'the newer way to start processes': { answer: 'ENOSYS', calls: { clone3: [435, 435] } },
  'mounts and device nodes': {
    answer: 'EPERM',
    calls: {
      mount: [165, 40],
      umount2: [166, 39],
      open_tree: [428, 428],
      move_mount: [429, 429],
      fsopen: [430, 430],
      fsconfig: [431, 431],
      fsmount: [432, 432],
      fspick: [433, 433],
      mount_setattr: [442, 442],
      mknod: [133, undefined],
      mknodat: [259, 33],
    },
  },
  'the memory and the descriptors of other processes': {
    answer: 'EPERM',
    calls: {
      ptrace: [101, 117],
      process_vm_readv: [310, 270],
      process_vm_writev: [311, 271],
      process_madvise: [440, 440],
      process_mrelease: [448, 448],
      pidfd_getfd: [438, 438],
      kcmp: [312, 272],
    },
  },
  'keys, which are kept by user and not by namespace': {
    answer: 'EPERM',
    calls: { add_key: [248, 217], request_key: [249, 218], keyctl: [250, 219] },
  },
  'programs inside the kernel, and measuring it': {
    answer: 'EPERM',
    calls: {
      bpf: [321, 280],
      perf_event_open: [298, 241],
      lookup_dcookie: [212, 18],
      userfaultfd: [323, 282],
      syslog: [103, 116],
    },
  },
  'input and output that the kernel does by itself, unseen by this filter': {
    answer: 'ENOSYS',
    calls: {
      io_uring_setup: [425, 425],
      io_uring_enter: [426, 426],
      io_uring_register: [427, 427],
      io_setup: [206, 0],
      io_destroy: [207, 1],
      io_submit: [209, 2],
      io_cancel: [210, 3],
      io_getevents: [208, 4],
      io_pgetevents: [333, 292],
    },
  },
  'pages that pipes and files have in common': {
    answer: 'ENOSYS',
    calls: {
      splice: [275, 76],
      tee: [276, 77],
      vmsplice: [278, 75],
      memfd_secret: [447, 447],
      remap_file_pages: [216, 234],
    },
  },
  'files by number instead of by path, and watching all of them': {
    answer: 'EPERM',
    calls: {
      name_to_handle_at: [303, 264],
      open_by_handle_at: [304, 265],
      fanotify_init: [300, 262],
      fanotify_mark: [301, 263],
    },
  },
  'queues and memory that outlive a process': {
    answer: 'ENOSYS',
    calls: {
      shmget: [29, 194],
      shmat: [30, 196],
      shmctl: [31, 195],
      shmdt: [67, 197],
      semget: [64, 190],
      semop: [65, 193],
      semctl: [66, 191],
      semtimedop: [220, 192],
      msgget: [68, 186],
      msgsnd: [69, 189],
      msgrcv: [70, 188],
      msgctl: [71, 187],
      mq_open: [240, 180],
      mq_unlink: [241, 181],
      mq_timedsend: [242, 182],
      mq_timedreceive: [243, 183],
      mq_notify: [244, 184],
      mq_getsetattr: [245, 185],
    },
  },
  'on which processor memory lies': {
    answer: 'EPERM',
    calls: {
      mbind: [237, 235],
      set_mempolicy: [238, 237],
      set_mempolicy_home_node: [450, 450],
      migrate_pages: [256, 238],
      move_pages: [279, 239],
    },
  },
  'the machine itself': {
    answer: 'EPERM',
    calls: {
      init_module: [175, 105],
      finit_module: [313, 273],
      delete_module: [176, 106],
      kexec_load: [246, 104],
      kexec_file_load: [320, 294],
      reboot: [169, 142],
      swapon: [167, 224],
      swapoff: [168, 225],
      sethostname: [170, 161],
      setdomainname: [171, 162],
      settimeofday: [164, 170],
      clock_settime: [227, 112],
      clock_adjtime: [305, 266],
      adjtimex: [159, 171],
      acct: [163, 89],
      quotactl: [179, 60],
      quotactl_fd: [443, 443],
      vhangup: [153, 58],
      iopl: [172, undefined],
      ioperm: [173, undefined],
    },
  },
  'what is left of older times': {
    answer: 'ENOSYS',
    calls: {
      modify_ldt: [154, undefined],
      create_module: [174, undefined],
      get_kernel_syms: [177, undefined],
      query_module: [178, undefined],
      nfsservctl: [180, 42],
      uselib: [134, undefined],
      ustat: [136, undefined],
      sysfs: [139, undefined],
      _sysctl: [156, undefined],
    },
  },
}

/**
 * The first number that Linux 6.1 does not know, the kernel of Debian 12. Programs that run there do
 * without what came later, so later calls need not be known here to be refused.
 */
export const FIRST_UNKNOWN = 451
