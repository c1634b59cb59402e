//! Stories of the people who use Cordboard, told in a real browser against the built product.

mod adapter_is_killed;
mod adapter_refuses;
mod administrator_disables_an_agent;
mod administrator_ends_sessions;
mod administrator_imports_tokens;
mod administrator_logs_in_as_an_agent;
mod administrator_sets_the_flag;
mod agent_allows_sso_once;
mod agent_signs_out;
mod agent_uses_a_legacy_token;
mod agent_uses_a_password;
mod agent_works_in_french;
mod assistive_technology_reads_the_panel;
mod browser_blocks_the_window;
mod browser_driver;
mod console_serves_a_stricter_script;
mod faults;
mod machine_is_hostile;
mod operator_backs_up;
mod operator_reads_the_log;
mod operator_restarts_the_adapter;
mod operator_rotates_the_keys;
mod salesforce_deactivates_an_agent;
mod salesforce_is_asked_each_minute;
mod steps;
mod stranger_sends_a_sign_in_link;
