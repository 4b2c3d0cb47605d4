import type { TreeNode } from './nodes.ts'

export type TreeAction =
  | { kind: 'focus'; key: string }
  | { kind: 'expand' | 'collapse' | 'pick' | 'menu'; key: string }

/**
 * What a key does in the tree, after the tree pattern of the ARIA Authoring Practices: arrows walk,
 * right opens or enters, left closes or leaves, a letter goes to the next line that starts with it.
 */
export function treeAction(
  nodes: readonly TreeNode[],
  activeKey: string,
  pressed: string,
): TreeAction | undefined {
  const at = nodes.findIndex((node) => node.key === activeKey)
  const node = nodes[at]
  if (!node) return undefined
  const focus = (target: TreeNode | undefined): TreeAction | undefined =>
    target && { kind: 'focus', key: target.key }
  switch (pressed) {
    case 'ArrowDown':
      return focus(nodes[at + 1])
    case 'ArrowUp':
      return focus(nodes[at - 1])
    case 'Home':
      return focus(nodes[0])
    case 'End':
      return focus(nodes.at(-1))
    case 'ArrowRight':
      if (node.expandable && !node.expanded) return { kind: 'expand', key: node.key }
      return focus(nodes[at + 1]?.parent === node.key ? nodes[at + 1] : undefined)
    case 'ArrowLeft':
      if (node.expanded) return { kind: 'collapse', key: node.key }
      return focus(nodes.find((each) => each.key === node.parent))
    case 'Enter':
    case ' ':
      return { kind: 'pick', key: node.key }
    case 'ContextMenu':
      return { kind: 'menu', key: node.key }
    default:
      return focus(pressed.length === 1 ? nextStartingWith(nodes, at, pressed) : undefined)
  }
}

function nextStartingWith(nodes: readonly TreeNode[], at: number, letter: string) {
  const wanted = letter.toLocaleLowerCase()
  const after = [...nodes.slice(at + 1), ...nodes.slice(0, at)]
  return after.find((node) => node.name.toLocaleLowerCase().startsWith(wanted))
}
