PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_user_preferences` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` text NOT NULL,
	`default_buy_amount_usdt` real DEFAULT 100 NOT NULL,
	`risk_tolerance` text DEFAULT 'medium' NOT NULL,
	`created_at` integer DEFAULT (unixepoch()) NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_user_preferences`("id", "user_id", "default_buy_amount_usdt", "risk_tolerance", "created_at") SELECT "id", "user_id", "default_buy_amount_usdt", "risk_tolerance", "created_at" FROM `user_preferences`;--> statement-breakpoint
DROP TABLE `user_preferences`;--> statement-breakpoint
ALTER TABLE `__new_user_preferences` RENAME TO `user_preferences`;--> statement-breakpoint
CREATE TABLE `__new_api_credentials` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` text NOT NULL,
	`provider` text DEFAULT 'mexc' NOT NULL,
	`encrypted_api_key` text NOT NULL,
	`encrypted_secret_key` text NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_api_credentials`("id", "user_id", "provider", "encrypted_api_key", "encrypted_secret_key", "is_active") SELECT "id", "user_id", "provider", "encrypted_api_key", "encrypted_secret_key", "is_active" FROM `api_credentials`;--> statement-breakpoint
DROP TABLE `api_credentials`;--> statement-breakpoint
ALTER TABLE `__new_api_credentials` RENAME TO `api_credentials`;--> statement-breakpoint
CREATE TABLE `__new_snipe_targets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` text NOT NULL,
	`symbol_name` text NOT NULL,
	`position_size_usdt` real NOT NULL,
	`status` text DEFAULT 'pending' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_snipe_targets`("id", "user_id", "symbol_name", "position_size_usdt", "status") SELECT "id", "user_id", "symbol_name", "position_size_usdt", "status" FROM `snipe_targets`;--> statement-breakpoint
DROP TABLE `snipe_targets`;--> statement-breakpoint
ALTER TABLE `__new_snipe_targets` RENAME TO `snipe_targets`;--> statement-breakpoint
CREATE TABLE `__new_execution_history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` text NOT NULL,
	`snipe_target_id` integer,
	`action` text NOT NULL,
	`executed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`snipe_target_id`) REFERENCES `snipe_targets`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
INSERT INTO `__new_execution_history`("id", "user_id", "snipe_target_id", "action", "executed_at") SELECT "id", "user_id", "snipe_target_id", "action", "executed_at" FROM `execution_history`;--> statement-breakpoint
DROP TABLE `execution_history`;--> statement-breakpoint
ALTER TABLE `__new_execution_history` RENAME TO `execution_history`;--> statement-breakpoint
CREATE TABLE `__new_transactions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` text NOT NULL,
	`transaction_type` text NOT NULL,
	`symbol_name` text NOT NULL,
	`snipe_target_id` integer,
	`status` text DEFAULT 'pending' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`snipe_target_id`) REFERENCES `snipe_targets`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
INSERT INTO `__new_transactions`("id", "user_id", "transaction_type", "symbol_name", "snipe_target_id", "status") SELECT "id", "user_id", "transaction_type", "symbol_name", "snipe_target_id", "status" FROM `transactions`;--> statement-breakpoint
DROP TABLE `transactions`;--> statement-breakpoint
ALTER TABLE `__new_transactions` RENAME TO `transactions`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `snipe_targets_status_idx` ON `snipe_targets` (`status`);--> statement-breakpoint
CREATE INDEX `execution_history_action_idx` ON `execution_history` (`action`);--> statement-breakpoint
CREATE INDEX `transactions_status_idx` ON `transactions` (`status`);--> statement-breakpoint
CREATE INDEX `api_credentials_user_idx` ON `api_credentials` (`user_id`);--> statement-breakpoint
CREATE INDEX `monitored_listings_symbol_name_idx` ON `monitored_listings` (`symbol_name`);--> statement-breakpoint
CREATE INDEX `workflow_system_status_user_idx` ON `workflow_system_status` (`user_id`);--> statement-breakpoint
CREATE INDEX `workflow_activity_user_idx` ON `workflow_activity` (`user_id`);
