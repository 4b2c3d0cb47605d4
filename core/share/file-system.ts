import { statfs } from 'node:fs/promises'

/** What can be expected of the file system that a share lies on. */
export interface FileSystem {
  /** As administrators know it; `unknown` for one that is not in the table. */
  name: string
  /** Other machines write to it too, and the kernel of this one does not hear of it. */
  isNetwork: boolean
  /** The kernel sets ctime at each write and nobody can put it back: an edit always shows. */
  hasTrueCtime: boolean
}

const local = (name: string): FileSystem => ({ name, isNetwork: false, hasTrueCtime: true })
const network = (name: string): FileSystem => ({ name, isNetwork: true, hasTrueCtime: true })
/** ctime comes from a server or a program that may keep none, or is made up from mtime. */
const loose = (fileSystem: FileSystem): FileSystem => ({ ...fileSystem, hasTrueCtime: false })

/** By the number that statfs(2) gives; see linux/magic.h and the man page. */
const BY_TYPE: Readonly<Record<number, FileSystem>> = {
  61267: local('ext4'),
  1481003842: local('XFS'),
  2435016766: local('Btrfs'),
  4076150800: local('F2FS'),
  801189825: local('ZFS'),
  3393526350: local('bcachefs'),
  16914836: local('tmpfs'),
  2035054128: local('overlayfs'),
  19780: loose(local('FAT')),
  538032816: loose(local('exFAT')),
  1936094318: loose(local('NTFS')),
  26985: network('NFS'),
  4283649346: loose(network('SMB')),
  4266872130: loose(network('SMB')),
  20859: loose(network('SMB')),
  12805120: network('Ceph'),
  16914839: loose(network('9P')),
  1397113167: loose(network('AFS')),
  1702057286: loose(network('FUSE')),
  18225520: network('GFS2'),
  1952539503: network('OCFS2'),
  198183888: network('Lustre'),
}

/** @throws the system's error when there is nothing at `path` */
export async function fileSystemOf(path: string): Promise<FileSystem> {
  const { type } = await statfs(path)
  return BY_TYPE[type >>> 0] ?? loose(local('unknown'))
}
