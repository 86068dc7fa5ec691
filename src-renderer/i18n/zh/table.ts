import type { Translated } from '../catalogue.ts'
import type { table as en } from '../en/table.ts'

export const table: Translated<typeof en> = {
  columns: '列',
  chooseColumns: '选择列',
  findColumn: '查找列',
  selectRow: '选择 {name}',
  selectAll: '选择所有行',
  sortAscending: '升序',
  sortDescending: '降序',
  unsort: '取消排序',
  pin: '固定到左侧',
  unpin: '取消固定',
  hide: '隐藏列',
  resetWidth: '默认宽度',
  resize: '“{column}”的宽度',
  columnMenu: '列“{column}”',
  rows: '{n} 行',
  empty: '没有内容',
}
